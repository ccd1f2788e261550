export * from '@native/audit/query-event/record-values'
