/** Names and numbers of the kernel's audit subsystem. The data are generated: see build/tables. */
export { type Names } from './names'
export {
  ARCHES,
  archByNumber,
  archByToken,
  archOfWidth,
  syscallName,
  syscallNumber,
  syscallsOf,
  type Arch,
} from './arches'
export { errnoName, errnoNumber, errnos, errnoText } from './errnos'
export {
  CATEGORIES,
  recordCategory,
  recordTypeName,
  recordTypeNumber,
  recordTypes,
  TYPE,
  type RecordCategory,
} from './records'
export {
  addressFamilies,
  auditFeatures,
  fileTypes,
  fsTypes,
  perms,
  ruleActions,
  ruleComparisons,
  ruleFields,
  ruleLists,
  ruleOperators,
  uringOperations,
} from './rules'
