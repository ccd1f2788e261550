/** Whether a rule matches an event, from the event's records alone: yes, no, or not to be told. */
import { COMPARISONS, fieldInfo } from '../fields'
import { hasBit } from '../mask'
import { machineOfArch, type Machine } from '../names'
import type { FieldName, ListName, Operator, Rule, RuleField } from '../model'
import type { EventFacts, IdField, PathFacts } from './facts'
import { matchesPermission } from './permission'

/** `null` is "not to be told from the records". */
export type Match = boolean | null

const COMPARE: Readonly<Record<Operator, (left: number, right: number) => boolean>> = {
  '=': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '&': (left, right) => (left & right) !== 0,
  '&=': (left, right) => (left & right) >>> 0 === right,
}

/** The kernel compares 32-bit unsigned numbers (audit_comparator). */
function compare(left: number | null | undefined, { operator, value }: RuleField): Match {
  return left === null || left === undefined ? null : COMPARE[operator](left, value)
}

const turned = (match: Match, { operator }: RuleField): Match =>
  match === null || operator !== '!=' ? match : !match

/** Any file of the event; a missing number leaves the answer open unless another file says yes. */
function anyPath(facts: EventFacts, test: (path: PathFacts) => Match): Match {
  let open = false
  for (const path of facts.paths) {
    const match = test(path)
    if (match === true) return true
    if (match === null) open = true
  }
  return open ? null : false
}

type Matcher = (field: RuleField, facts: EventFacts) => Match

const id =
  (name: IdField): Matcher =>
  (field, { ids }) =>
    compare(ids[name], field)
const argument =
  (index: number): Matcher =>
  (field, { args }) =>
    compare(args[index], field)

/** Parts of an SELinux label. */
const label =
  (part: number): Matcher =>
  (field, facts) =>
    labelMatches(facts.label, part, field)
const objectLabel =
  (part: number): Matcher =>
  (field, facts) =>
    anyPath(facts, (path) => labelMatches(path.label, part, field))

function labelMatches(text: string, part: number, field: RuleField): Match {
  const parts = text.split(':')
  if (parts.length < 4) return null
  return turned(parts[part] === field.text, field)
}

const deviceNumber =
  (part: 0 | 1): Matcher =>
  (field, facts) =>
    anyPath(facts, ({ device, special }) => {
      const own = compare(device?.[part], field)
      return own === true || special === null ? own : compare(special[part], field)
    })

const unknown: Matcher = () => null

function success(field: RuleField, facts: EventFacts): Match {
  if (facts.success === null) return null
  const wanted = field.value !== 0
  return COMPARE[field.operator](facts.success ? 1 : 2, wanted ? 1 : 2)
}

const underDirectory = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(directory.endsWith('/') ? directory : `${directory}/`)

function permission(field: RuleField, facts: EventFacts): Match {
  const machine = facts.arch === null ? null : machineOfArch(facts.arch)
  return machine === null ? null : turned(matchesPermission(field.value, machine, facts), field)
}

function comparison(field: RuleField, facts: EventFacts): Match {
  const pair = COMPARISONS[field.value]
  if (!pair) return false
  const left = facts.ids[pair[0] as IdField]
  const against = (right: number | null | undefined): Match =>
    left === null || right === null || right === undefined
      ? null
      : COMPARE[field.operator](left, right)
  if (pair[1] === 'obj_uid') return anyPath(facts, ({ owner }) => against(owner))
  if (pair[1] === 'obj_gid') return anyPath(facts, ({ group }) => against(group))
  return against(facts.ids[pair[1] as IdField])
}

const MATCHERS: Readonly<Record<FieldName, Matcher>> = {
  pid: id('pid'),
  uid: id('uid'),
  euid: id('euid'),
  suid: id('suid'),
  fsuid: id('fsuid'),
  gid: id('gid'),
  egid: id('egid'),
  sgid: id('sgid'),
  fsgid: id('fsgid'),
  auid: id('auid'),
  ppid: id('ppid'),
  loginuid_set: (field, { ids }) =>
    ids.auid === null ? null : turned(field.value === (ids.auid === 0xffffffff ? 0 : 1), field),
  pers: (field, { personality }) => compare(personality, field),
  arch: (field, { arch }) => compare(arch, field),
  msgtype: (field, { types }) => compare(types[0], field),
  subj_user: label(0),
  subj_role: label(1),
  subj_type: label(2),
  subj_sen: unknown,
  subj_clr: unknown,
  obj_user: objectLabel(0),
  obj_role: objectLabel(1),
  obj_type: objectLabel(2),
  obj_lev_low: unknown,
  obj_lev_high: unknown,
  sessionid: (field, { session }) => compare(session, field),
  fstype: unknown,
  devmajor: deviceNumber(0),
  devminor: deviceNumber(1),
  inode: (field, facts) => anyPath(facts, ({ inode }) => compare(inode, field)),
  exit: (field, { exit }) => compare(exit, field),
  success,
  path: (field, facts) =>
    turned(
      anyPath(facts, ({ path }) => path === field.text),
      field,
    ),
  dir: (field, facts) =>
    turned(
      anyPath(facts, ({ path }) => underDirectory(path, field.text ?? '')),
      field,
    ),
  perm: permission,
  filetype: (field, facts) =>
    turned(
      anyPath(facts, ({ mode }) => (mode === null ? null : (mode & 0o170000) === field.value)),
      field,
    ),
  obj_uid: (field, facts) => anyPath(facts, ({ owner }) => compare(owner, field)),
  obj_gid: (field, facts) => anyPath(facts, ({ group }) => compare(group, field)),
  field_compare: comparison,
  exe: (field, { exe }) => (exe === null ? null : turned(exe === field.text, field)),
  saddr_fam: (field, { family }) => (family === null ? false : compare(family, field)),
  a0: argument(0),
  a1: argument(1),
  a2: argument(2),
  a3: argument(3),
  key: () => true,
}

/** Whether a condition holds for an event. */
export function fieldMatches(field: RuleField, facts: EventFacts): Match {
  return MATCHERS[field.field](field, facts)
}

/** Whether all conditions of a rule hold for an event; lists and syscalls are not looked at. */
export function fieldsMatch(fields: readonly RuleField[], facts: EventFacts): Match {
  let open = false
  for (const field of fields) {
    const match = fieldMatches(field, facts)
    if (match === false) return false
    if (match === null) open = true
  }
  return open ? null : true
}

/** Which list an event's kind is judged by. */
export const LIST_OF_KIND: Readonly<Record<EventFacts['kind'], ListName>> = {
  syscall: 'exit',
  uring: 'io_uring',
  other: 'user',
}

/** Whether a rule of the exit or io_uring list matches an event. */
export function ruleMatches(rule: Rule, facts: EventFacts): Match {
  if (facts.syscall === null) return null
  if (!hasBit(rule.mask, facts.syscall)) return false
  return fieldsMatch(rule.fields, facts)
}

/** Fields of a rule that no record tells. */
export function untoldFields(rule: Rule): string[] {
  return rule.fields
    .filter(({ field }) => MATCHERS[field] === unknown)
    .map(({ field }) => fieldInfo(field)?.name ?? field)
}

/** The machine of an event's arch, or null. */
export function machineOfFacts({ arch }: EventFacts): Machine | null {
  return arch === null ? null : machineOfArch(arch)
}
