/** Advice on order: the first match wins, so that earlier rules can make later ones useless. */
import type { Diagnostic, TextEdit } from '../diagnostic'
import { hasBit } from '../mask'
import { type FieldName, type ListName, type Operator, type RuleField } from '../model'
import { deleteLine } from '../edit'
import { advise, type Advised, type Subject } from './subject'

/** Most earlier rules about one place that later ones are compared with: advice must stay quick on files of any size. */
const MOST_COMPARED = 200
/** Rules with more conditions hardly cover another one. */
const MOST_CONDITIONS = 16

/** A rule that an earlier one leaves nothing for. */
export function adviseShadowed({ subjects, file }: Advised): Diagnostic[] {
  const earlier = new Earlier()
  return subjects.flatMap((subject) => {
    const shadow = subject.statement.rule.prepend ? undefined : earlier.find(subject)
    earlier.add(subject)
    if (shadow === undefined) return []
    const { line } = file.index.at(shadow.line.start)
    const same = shadow.statement.rule.action === subject.statement.rule.action
    return advise(
      subject.statement,
      'shadowed',
      `The rule on line ${line} matches everything that this one does and comes first, so this one never decides.`,
      same ? 'Delete it.' : 'Move it before the other, or delete it.',
      [
        ...(same
          ? []
          : [{ title: `Move above line ${line}`, edits: moveBefore(file.text, subject, shadow) }]),
        { title: 'Delete this line', edits: [deleteLine(file.text, subject.line)] },
      ],
      'warning',
    )
  })
}

/** Earlier rules, by list and by the place that they are about. */
class Earlier {
  private readonly byPlace = new Map<string, Subject[]>()

  add(subject: Subject): void {
    const key = placeKey(subject.statement.rule.list, placeOf(subject))
    const group = this.byPlace.get(key)
    if (group === undefined) this.byPlace.set(key, [subject])
    else if (group.length < MOST_COMPARED) group.push(subject)
  }

  /** The first rule that covers another. Only rules about the same place, one above it, or no place can. */
  find(subject: Subject): Subject | undefined {
    const { list } = subject.statement.rule
    for (const place of ['', ...placesAbove(placeOf(subject))]) {
      const group = this.byPlace.get(placeKey(list, place)) ?? []
      const found = group.find((candidate) => covers(candidate, subject))
      if (found !== undefined) return found
    }
    return undefined
  }
}

const placeKey = (list: ListName, place: string): string => `${list} ${place}`

function placeOf({ statement }: Subject): string {
  const field = statement.rule.fields.find(
    ({ field, operator }) =>
      (field === 'path' || field === 'dir' || field === 'exe') && operator === '=',
  )
  return field === undefined ? '' : field.field === 'exe' ? `exe:${field.text}` : (field.text ?? '')
}

/** The place itself and the directories above it. */
function placesAbove(place: string): string[] {
  if (place === '' || place.startsWith('exe:')) return place === '' ? [] : [place]
  const parts = place.replace(/\/+$/, '').split('/')
  return [
    place,
    ...parts
      .map((_, index) => parts.slice(0, parts.length - index).join('/') || '/')
      .filter((path) => path !== place),
  ]
}

/** Whether everything that `later` matches is matched by `earlier` too. */
export function covers(earlier: Subject, later: Subject): boolean {
  const [a, b] = [earlier.statement.rule, later.statement.rule]
  if (a.list !== b.list || earlier.conditions.length > MOST_CONDITIONS) return false
  const hooks = a.list === 'exit' || a.list === 'io_uring'
  if (hooks && !earlier.everySyscall) {
    if (later.everySyscall) return false
    for (const number of later.numbers) if (!hasBit(a.mask, number)) return false
  }
  for (const wanted of earlier.conditions) {
    if (!later.conditions.some((given) => implies(given, wanted))) return false
  }
  return true
}

/** Whether a condition can hold only where another one holds too. */
export function implies(given: RuleField, wanted: RuleField): boolean {
  if (given.field === 'path' && wanted.field === 'dir')
    return (
      wanted.operator === '=' &&
      given.operator === '=' &&
      isBelow(given.text ?? '', wanted.text ?? '')
    )
  if (given.field !== wanted.field) return false
  if (sameCondition(given, wanted)) return true
  if (given.field === 'dir')
    return (
      given.operator === '=' &&
      wanted.operator === '=' &&
      isBelow(given.text ?? '', wanted.text ?? '')
    )
  if (given.text !== null || wanted.text !== null) return false
  if (given.field === 'perm')
    return given.operator === '=' && wanted.operator === '=' && (given.value & ~wanted.value) === 0
  if (!COMPARABLE.has(given.field)) return false
  return impliesNumber(given.operator, given.value, wanted.operator, wanted.value)
}

/** Fields whose numbers the kernel compares as they are. */
const COMPARABLE: ReadonlySet<FieldName> = new Set<FieldName>([
  ...([
    'pid',
    'ppid',
    'uid',
    'euid',
    'suid',
    'fsuid',
    'auid',
    'gid',
    'egid',
    'sgid',
    'fsgid',
  ] as const),
  ...(['a0', 'a1', 'a2', 'a3', 'exit', 'sessionid', 'msgtype', 'arch', 'saddr_fam'] as const),
])

const sameCondition = (a: RuleField, b: RuleField): boolean =>
  a.operator === b.operator && a.value === b.value && a.text === b.text

const isBelow = (path: string, directory: string): boolean => {
  const base = directory.replace(/\/+$/, '')
  return path === directory || path === base || path.startsWith(`${base}/`)
}

const HOLDS: Readonly<Record<Operator, (left: number, right: number) => boolean>> = {
  '=': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '&': (left, right) => (left & right) !== 0,
  '&=': (left, right) => (left & right) >>> 0 === right,
}

/** x `given` a implies x `wanted` b, for unsigned numbers. */
function impliesNumber(given: Operator, a: number, wanted: Operator, b: number): boolean {
  if (given === '=') return HOLDS[wanted](a, b)
  const least = given === '>=' ? a : given === '>' ? a + 1 : null
  const most = given === '<=' ? a : given === '<' ? a - 1 : null
  if (least !== null)
    return (
      (wanted === '>=' && least >= b) ||
      (wanted === '>' && least > b) ||
      (wanted === '!=' && least > b)
    )
  if (most !== null)
    return (
      (wanted === '<=' && most <= b) ||
      (wanted === '<' && most < b) ||
      (wanted === '!=' && most < b)
    )
  return false
}

/** A rule that records nothing and stands behind rules that record: too late for what they match. */
export function adviseNeverFirst({ subjects, file }: Advised): Diagnostic[] {
  const firstAlways = new Map<ListName, Subject>()
  return subjects.flatMap((subject) => {
    const { rule } = subject.statement
    if (rule.list !== 'exit' || rule.prepend) return []
    if (rule.action === 'always') {
      if (!firstAlways.has(rule.list)) firstAlways.set(rule.list, subject)
      return []
    }
    const before = firstAlways.get(rule.list)
    if (before === undefined) return []
    const { line } = file.index.at(before.line.start)
    return advise(
      subject.statement,
      'never-late',
      `Rules from line ${line} on come first and still record what this one means to leave out.`,
      'Put rules with never before those with always; the kernel is done with a match at once.',
      [{ title: `Move above line ${line}`, edits: moveBefore(file.text, subject, before) }],
    )
  })
}

/** Moves a line before another one that stands above it. */
function moveBefore(text: string, { line }: Subject, target: Subject): TextEdit[] {
  const moved = text.slice(line.start, line.end)
  return [
    { start: target.line.start, end: target.line.start, text: `${moved}\n` },
    deleteLine(text, line),
  ]
}
