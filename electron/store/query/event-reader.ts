export * from '@native/audit/query-event/event-reader'
