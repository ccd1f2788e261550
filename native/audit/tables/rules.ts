/** The vocabulary of rules (auditctl(8)): fields, operators, lists, actions, comparisons. */
import * as RULES from './generated/rules'
import { ADDRESS_FAMILIES } from './generated/network'
import { lazyNamesOf, namesOf } from './names'

/** Fields of a rule: `auid` ↔ AUDIT_LOGINUID. */
export const ruleFields = namesOf(RULES.RULE_FIELDS)
/** Operators: `=` ↔ AUDIT_EQUAL. */
export const ruleOperators = namesOf(RULES.RULE_OPERATORS)
/** Filter lists: `filesystem` ↔ AUDIT_FILTER_FS. `entry` and `watch` are history: kernels refuse them. */
export const ruleLists = namesOf(RULES.RULE_LISTS)
/** Actions: `always` ↔ AUDIT_ALWAYS. `possible` is history. */
export const ruleActions = namesOf(RULES.RULE_ACTIONS)
/** Field comparisons of -C: `uid_to_obj_uid` ↔ AUDIT_COMPARE_UID_TO_OBJ_UID. */
export const ruleComparisons = namesOf(RULES.RULE_COMPARISONS)
/** Bits of perm: `read` ↔ AUDIT_PERM_READ. */
export const perms = namesOf(RULES.PERMS)
/** File types of filetype: `file` ↔ S_IFREG. */
export const fileTypes = namesOf(RULES.FILE_TYPES)
/** File system types of fstype, by their magic number. */
export const fsTypes = namesOf(RULES.FS_TYPES)
/** Features of AUDIT_SET_FEATURE: `only_unset_loginuid` ↔ its bit number. */
export const auditFeatures = namesOf(RULES.AUDIT_FEATURES)
/** Operations of the io_uring list: `openat` ↔ IORING_OP_OPENAT. */
export const uringOperations = lazyNamesOf(RULES.URING_OPERATIONS)
/** Address families of saddr_fam: `inet` ↔ AF_INET. */
export const addressFamilies = namesOf(ADDRESS_FAMILIES)
