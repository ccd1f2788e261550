/** Records: one kernel or user-space message each. */
export { FieldScan, decimalAt, hexAt, ENRICHED_SEPARATOR } from './scan'
export { fieldId, fieldIdOf, type FieldName } from './fields'
export { LineSplitter } from './lines'
export { AuditRecord, MALFORMED } from './record'
export { RecordParser } from './header'
export { plainText, untrustedText } from './value'
export { SpanCache } from './span-cache'
