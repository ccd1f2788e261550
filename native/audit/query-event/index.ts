/** Events as the query language sees them: one reading for the app's store and the command line. */
export { CALL_FIELDS, EventReader, objectMeaning } from './event-reader'
export { RecordReader, sourcesOf } from './record-values'
export { errorOf, isSuccess, MAX_ERRNO, resultWord, typeName } from './words'
