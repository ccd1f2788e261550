/**
 * The kernel's own checks of a rule, so that it is refused here, with a place and a reason, and not there with EINVAL.
 * From audit_to_entry_common(), audit_field_valid() and audit_data_to_entry() in kernel/auditfilter.c, audit_to_watch(),
 * audit_make_tree() and audit_alloc_mark().
 */
import { fieldInfo } from './fields'
import { MAX_ADDRESS_FAMILY } from './names'
import {
  MAX_FIELDS,
  MAX_KEY_BYTES,
  MAX_STRING_BYTES,
  UNSET,
  type FieldName,
  type ListName,
  type Rule,
  type RuleField,
} from './model'

/** What is known of the kernel that gets the rules. */
export interface KernelFacts {
  /** Release as [major, minor], e.g. [6, 1]; null when it is not known, then no age is complained about. */
  release: readonly [number, number] | null
  /** Whether the configuration is locked (enabled=2); null when it is not known. */
  locked: boolean | null
}

/** Nothing is known: every feature is taken to be there. */
export const ANY_KERNEL: KernelFacts = { release: null, locked: null }

/** The release in a text such as `6.1.0-30-amd64`, or null. */
export function releaseOf(text: string): readonly [number, number] | null {
  const match = /^(\d{1,4})\.(\d{1,4})/.exec(text)
  return match === null ? null : [Number(match[1]), Number(match[2])]
}

/** Why the kernel refuses a rule. */
export interface KernelProblem {
  /** Index of the field at fault; null for the rule as a whole. */
  field: number | null
  /** The errno that the kernel answers with. */
  errno: 'EINVAL' | 'ENAMETOOLONG' | 'ENOENT' | 'EEXIST' | 'EPERM'
  message: string
  hint: string
}

type Since = readonly [number, number]

/** First release with a list. */
const LIST_SINCE: Partial<Record<ListName, Since>> = { filesystem: [4, 16], io_uring: [5, 16] }
/** First release with a field. */
const FIELD_SINCE: Partial<Record<FieldName, Since>> = {
  exe: [4, 3],
  sessionid: [4, 10],
  fstype: [4, 16],
  saddr_fam: [5, 3],
}

function isOlder(kernel: KernelFacts, since: Since | undefined): boolean {
  const { release } = kernel
  if (release === null || since === undefined) return false
  return release[0] < since[0] || (release[0] === since[0] && release[1] < since[1])
}

function problem(
  field: number | null,
  message: string,
  hint = '',
  errno: KernelProblem['errno'] = 'EINVAL',
): KernelProblem {
  return { field, errno, message, hint }
}

/** Why the kernel would refuse the rule; empty when it takes it. Paths that do not exist are not seen here. */
export function checkRule(rule: Rule, kernel: KernelFacts = ANY_KERNEL): KernelProblem[] {
  const problems: KernelProblem[] = []
  const since = LIST_SINCE[rule.list]
  if (isOlder(kernel, since))
    problems.push(
      problem(null, `This kernel has no ${rule.list} list.`, `It needs Linux ${since!.join('.')}.`),
    )
  if (rule.fields.length > MAX_FIELDS)
    problems.push(problem(null, `A rule has at most ${MAX_FIELDS} fields.`, 'Split it.'))
  rule.fields.forEach((field, index) => {
    const found = fieldProblem(rule.list, field, kernel)
    if (found !== null) problems.push({ ...found, field: index })
  })
  return [...problems, ...repeated(rule.fields)]
}

type Found = Omit<KernelProblem, 'field'> | null

function refused(message: string, hint = '', errno: KernelProblem['errno'] = 'EINVAL'): Found {
  return { errno, message, hint }
}

function fieldProblem(list: ListName, field: RuleField, kernel: KernelFacts): Found {
  const since = FIELD_SINCE[field.field]
  if (isOlder(kernel, since))
    return refused(
      `This kernel does not know the field \`${field.field}\`.`,
      `It needs Linux ${since!.join('.')}.`,
    )
  return listProblem(list, field) ?? operatorProblem(field) ?? valueProblem(field)
}

function listProblem(list: ListName, { field }: RuleField): Found {
  const lists = fieldInfo(field)?.kernelLists
  if (lists === undefined || lists.includes(list)) return null
  return refused(
    `The kernel does not take \`${field}\` on the ${list} list.`,
    list === 'filesystem'
      ? 'Rules of this list have fstype and key only.'
      : `It works on: ${lists.join(', ')}.`,
  )
}

function operatorProblem({ field, operator, value }: RuleField): Found {
  const operators = fieldInfo(field)?.kernelOperators ?? ['=', '!=']
  // An unset auid becomes a field of its own, which is set or not.
  const unset = field === 'auid' && value === UNSET
  const allowed = unset
    ? operators.filter((symbol) => symbol === '=' || symbol === '!=')
    : operators
  if (allowed.includes(operator)) return null
  const name = unset ? `${field}=unset` : field
  return refused(
    `The kernel takes \`${name}\` only with ${allowed.join(' ')}.`,
    `Replace ${operator}.`,
  )
}

const ID_FIELDS: ReadonlySet<FieldName> = new Set<FieldName>([
  ...(['uid', 'euid', 'suid', 'fsuid', 'obj_uid'] as const),
  ...(['gid', 'egid', 'sgid', 'fsgid', 'obj_gid'] as const),
])

/** Largest permission and file type values: AUDIT_PERM_* together, S_IFMT. */
const PERMISSION_BITS = 15
const FILE_TYPE_BITS = 0o170000

function valueProblem({ field, value, text }: RuleField): Found {
  if (text !== null) return textProblem(field, value, text)
  if (ID_FIELDS.has(field) && value === UNSET)
    return refused(`\`${field}\` cannot be unset or -1; only auid can.`, 'Write an id.')
  if (field === 'perm' && (value & ~PERMISSION_BITS) !== 0)
    return refused('The permissions have bits that are none.')
  if (field === 'filetype' && (value & ~FILE_TYPE_BITS) !== 0)
    return refused('The file type has bits that are none.')
  if (field === 'saddr_fam' && value > MAX_ADDRESS_FAMILY)
    return refused(`${value} is no address family.`)
  return null
}

function textProblem(field: FieldName, length: number, text: string): Found {
  if (length === 0) return refused(`\`${field}\` is empty.`)
  if (field === 'key')
    return length > MAX_KEY_BYTES ? refused(`The key is longer than ${MAX_KEY_BYTES} bytes.`) : null
  if (length > MAX_STRING_BYTES)
    return refused(`\`${field}\` is longer than ${MAX_STRING_BYTES} bytes.`, '', 'ENAMETOOLONG')
  if (field !== 'path' && field !== 'dir' && field !== 'exe') return null
  if (!text.startsWith('/'))
    return refused(`\`${field}\` must begin with a slash.`, 'Write the full path.')
  if (field !== 'dir' && text.endsWith('/'))
    return refused(
      `\`${field}\` must not end with a slash.`,
      field === 'path' ? 'Leave it out, or watch the directory with dir.' : 'Leave it out.',
    )
  return null
}

/** Fields of which a rule can have one; path, dir and inode exclude each other. */
const SINGLE: Partial<Record<FieldName, string>> = {
  path: 'place',
  dir: 'place',
  inode: 'place',
  exe: 'exe',
  key: 'key',
}

function repeated(fields: readonly RuleField[]): KernelProblem[] {
  const seen = new Set<string>()
  return fields.flatMap(({ field }, index) => {
    const group = SINGLE[field]
    if (group === undefined) return []
    if (!seen.has(group)) {
      seen.add(group)
      return []
    }
    const what =
      group === 'place'
        ? 'of `path`, `dir` and `inode` a rule can have one'
        : `\`${field}\` can be given once`
    return [problem(index, `In the kernel ${what}.`, 'Split the rule, or leave one out.')]
  })
}
