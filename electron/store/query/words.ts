export * from '@native/audit/query-event/words'
