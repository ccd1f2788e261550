/** Advice on order: the first match wins, so that earlier rules can make later ones useless. */
import type { Diagnostic, TextEdit } from '../diagnostic'
import { hasBit } from '../mask'
import type { FieldName, Operator, RuleField } from '../model'
import { deleteLine } from '../edit'
import { EarlierRules } from './earlier'
import type { ParsedLine } from '../statement'
import { advise, type OrderAdvice, type PlacedRule, type RuleTraits } from './subject'

/** Rules with more conditions hardly cover another one. */
const MOST_CONDITIONS = 16

/** Rules that an earlier one leaves nothing for. */
export function adviseShadowed(rules: readonly PlacedRule[], text: string): OrderAdvice[] {
  const earlier = new EarlierRules(rules, covers)
  return rules.flatMap((placed) => {
    const shadow = placed.traits.rule.prepend ? undefined : earlier.find(placed)
    earlier.add(placed)
    if (shadow === undefined) return []
    const { index } = placed
    return { index, severity: 'warning', words: () => shadowedWords(placed, shadow, text) }
  })
}

function shadowedWords(placed: PlacedRule, shadow: PlacedRule, text: string): Diagnostic {
  const number = shadow.index + 1
  const same = shadow.traits.rule.action === placed.traits.rule.action
  return advise(
    placed.line,
    'shadowed',
    `The rule on line ${number} matches everything that this one does and comes first, so this one never decides.`,
    same ? 'Delete it.' : 'Move it before the other, or delete it.',
    [
      ...(same
        ? []
        : [
            {
              title: `Move above line ${number}`,
              edits: moveBefore(text, placed.line, shadow.line),
            },
          ]),
      { title: 'Delete this line', edits: [deleteLine(text, placed.line)] },
    ],
    'warning',
  )
}

/** Whether everything that `later` matches is matched by `earlier` too. */
export function covers(earlier: RuleTraits, later: RuleTraits): boolean {
  const [a, b] = [earlier.rule, later.rule]
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

/** Rules that record nothing and stand behind rules that record: too late for what those match. */
export function adviseNeverFirst(rules: readonly PlacedRule[], text: string): OrderAdvice[] {
  const first = rules.find(
    ({ traits: { rule } }) => rule.list === 'exit' && rule.action === 'always' && !rule.prepend,
  )
  if (first === undefined) return []
  return rules
    .filter(
      ({ index, traits: { rule } }) =>
        index > first.index && rule.list === 'exit' && rule.action === 'never' && !rule.prepend,
    )
    .map(({ index, line }) => ({
      index,
      severity: 'advice',
      words: () => neverLateWords(line, first, text),
    }))
}

function neverLateWords(line: ParsedLine, first: PlacedRule, text: string): Diagnostic {
  const number = first.index + 1
  return advise(
    line,
    'never-late',
    `Rules from line ${number} on come first and still record what this one means to leave out.`,
    'Put rules with never before those with always; the kernel is done with a match at once.',
    [{ title: `Move above line ${number}`, edits: moveBefore(text, line, first.line) }],
  )
}

/** Moves a line before another one that stands above it. */
function moveBefore(text: string, line: ParsedLine, target: ParsedLine): TextEdit[] {
  const moved = text.slice(line.start, line.end)
  return [{ start: target.start, end: target.start, text: `${moved}\n` }, deleteLine(text, line)]
}
