/** Changes of a rule set that would record less, thought of from what its rules did record. Pure. */
import {
  applyEdits,
  machineOf,
  ruleKeys,
  ruleText,
  UNSET,
  type Rule,
  type RuleContext,
  type RuleField,
  type RuleFile,
  type RuleStatement,
} from '../rule'
import { hasBit, isFull, maskNumbers } from '../rule/mask'
import { RECORD_TYPES, syscallsOf } from '../rule/names'
import type { EventFacts } from '../rule/whatif'

/** A change that would record less. */
export interface Candidate {
  /** What to do, in a few words. */
  title: string
  /** What nobody will see any more. */
  loses: string
  /** The rule that it adds, or what the changed rule becomes. */
  rule: string
  /** The whole text of rules with the change in it. */
  rules: string
}

/** An event and the rule that recorded it; null for what no rule decides. */
export interface Recorded {
  facts: EventFacts
  rule: Rule | null
}

/** A rule is worth a thought when it makes so large a share of all records. */
const LARGE_RULE = 0.1
/** A group within a rule is worth one when it makes so large a share of the rule's records. */
const LARGE_GROUP = 0.3
/** A call that makes more than this share of a rule’s records is what the rule is there for. */
const PURPOSE = 0.9
/** A type of record is worth one when it makes so large a share of all records. */
const LARGE_TYPE = 0.1
/** System accounts are below this (login.defs(5), UID_MIN). */
const FIRST_PERSON = 1000
/** The kernel's own limit is 64. */
const MOST_FIELDS = 60

const PROCTITLE = 1327
/** Types that a user-space program writes by itself, and that are not about people logging in. */
const isProgramsOwn = (type: number): boolean => type >= 2400 && type <= 2499

/** All changes that come to mind, most of them measured to be of little use; the caller measures. */
export function candidates(
  file: RuleFile,
  text: string,
  recorded: readonly Recorded[],
  context: RuleContext,
): Candidate[] {
  const total = recorded.reduce((sum, { facts }) => sum + facts.types.length, 0)
  const byRule = groupBy(recorded, ({ rule }) => rule)
  const ofRules = statementsOfRules(file).flatMap((statement) => {
    const events = byRule.get(statement.rule) ?? []
    return recordsOf(events) < LARGE_RULE * total ? [] : ofRule(statement, text, events, context)
  })
  return [...ofRules, ...ofTypes(text, recorded, total)]
}

function statementsOfRules(file: RuleFile): RuleStatement[] {
  return file.lines.flatMap(({ statements }) =>
    statements.filter(
      (each): each is RuleStatement =>
        each.kind === 'rule' && each.operation === 'add' && each.rule.action === 'always',
    ),
  )
}

function ofRule(
  statement: RuleStatement,
  text: string,
  events: readonly Recorded[],
  context: RuleContext,
): Candidate[] {
  const { rule } = statement
  if (rule.list !== 'exit' || rule.fields.length >= MOST_FIELDS) return []
  const name = nameOf(rule)
  const change = (title: string, loses: string, changed: Rule): Candidate => {
    const line = ruleText(changed, context)
    const { start, end } = statement
    return { title, loses, rule: line, rules: applyEdits(text, [{ start, end, text: line }]) }
  }
  const whole = recordsOf(events)
  /** The largest group whose value is accepted, when it is large; `groups`: how many there are in all. */
  const largest = <K>(
    key: (event: Recorded) => K,
    accept: (value: K) => boolean,
  ): { value: K; groups: number } | null => {
    const groups = [...groupBy(events, key)]
    const first = groups
      .filter(([value]) => accept(value))
      .sort((a, b) => recordsOf(b[1]) - recordsOf(a[1]))[0]
    return first !== undefined && recordsOf(first[1]) >= LARGE_GROUP * whole
      ? { value: first[0], groups: groups.length }
      : null
  }
  const found: Candidate[] = []
  const has = (...fields: RuleField['field'][]): boolean =>
    rule.fields.some(({ field }) => fields.includes(field))

  const nobody = events.filter(({ facts }) => facts.ids.auid === UNSET)
  if (!has('auid', 'loginuid_set') && recordsOf(nobody) >= LARGE_GROUP * whole)
    found.push(
      change(
        `Leave out who never logged in (auid unset), for ${name}`,
        'Daemons and what the system starts by itself are no longer recorded by this rule; people are.',
        withField(rule, { field: 'auid', operator: '!=', value: UNSET, text: null }),
      ),
    )
  const exe = largest(
    ({ facts }) => facts.exe ?? '',
    (value) => value.startsWith('/'),
  )
  if (exe !== null && exe.groups > 1)
    found.push(
      change(
        `Leave out ${exe.value}, for ${name}`,
        'What this program does is no longer recorded by this rule, whoever runs it.',
        withField(rule, {
          field: 'exe',
          operator: '!=',
          value: new TextEncoder().encode(exe.value).length,
          text: exe.value,
        }),
      ),
    )
  const service = largest(
    ({ facts }) => facts.ids.uid ?? 0,
    (value) => value > 0 && value < FIRST_PERSON,
  )
  if (service !== null && service.groups > 1)
    found.push(
      change(
        `Leave out the system account ${service.value}, for ${name}`,
        'What runs as this account is no longer recorded by this rule.',
        withField(rule, { field: 'uid', operator: '!=', value: service.value, text: null }),
      ),
    )
  const failed = events.filter(({ facts }) => facts.success === false)
  if (!has('success', 'exit') && recordsOf(failed) >= LARGE_GROUP * whole)
    found.push(
      change(
        `Only calls that succeed, for ${name}`,
        'Attempts that failed, such as looking for files that are not there, are no longer recorded by this rule.',
        withField(rule, { field: 'success', operator: '=', value: 1, text: null }),
      ),
    )
  const call = largest(
    ({ facts }) => facts.syscall ?? -1,
    (value) =>
      mayLeaveOut(rule, value) &&
      recordsOf(events.filter(({ facts }) => facts.syscall === value)) < PURPOSE * whole,
  )
  if (call !== null) {
    const machine = machineOf(rule, context)
    const callName = (machine && syscallsOf(machine).name(call.value)) ?? String(call.value)
    found.push(
      change(
        `Do not record ${callName}, for ${name}`,
        'This call is no longer recorded by this rule; its other calls are.',
        { ...rule, mask: without(rule.mask, call.value) },
      ),
    )
  }
  return found
}

/** Records of a type that few need, or that programs write by themselves. */
function ofTypes(text: string, recorded: readonly Recorded[], total: number): Candidate[] {
  const counts = new Map<number, number>()
  for (const { facts } of recorded)
    for (const type of facts.types) counts.set(type, (counts.get(type) ?? 0) + 1)
  return [...counts].flatMap(([type, count]) => {
    const name = RECORD_TYPES.name(type)
    if (name === null || count < LARGE_TYPE * total) return []
    if (type !== PROCTITLE && !isProgramsOwn(type)) return []
    const rule = `-a always,exclude -F msgtype=${name}`
    const separator = text === '' || text.endsWith('\n') ? '' : '\n'
    return [
      {
        title: `Leave out ${name} records`,
        loses:
          type === PROCTITLE
            ? 'The command line of whoever acted is no longer in the event, unless it is an execve.'
            : 'What programs report about their cryptography is no longer recorded.',
        rule,
        rules: `${text}${separator}${rule}\n`,
      },
    ]
  })
}

/** A rule's key in words, or its text when it has none. */
export function nameOf(rule: Rule): string {
  const keys = ruleKeys(rule)
  return keys.length > 0 ? `key=${keys.join(', ')}` : ruleText(rule)
}

/** A further condition, before the key, where people write it. */
function withField(rule: Rule, field: RuleField): Rule {
  const key = rule.fields.findIndex((each) => each.field === 'key')
  const at = key < 0 ? rule.fields.length : key
  return { ...rule, fields: [...rule.fields.slice(0, at), field, ...rule.fields.slice(at)] }
}

function mayLeaveOut({ mask }: Rule, call: number): boolean {
  return !isFull(mask) && hasBit(mask, call) && maskNumbers(mask).length > 1
}

function without(mask: Uint32Array, call: number): Uint32Array {
  const next = mask.slice()
  next[call >>> 5] = (next[call >>> 5]! & ~(1 << (call & 31))) >>> 0
  return next
}

function groupBy<T, K>(list: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of list) {
    const name = key(item)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [item])
    else group.push(item)
  }
  return groups
}

function recordsOf(events: readonly Recorded[]): number {
  return events.reduce((sum, { facts }) => sum + facts.types.length, 0)
}
