/**
 * What a rule set would have recorded of the events that were captured: the kernel's filters, run again on records.
 * First match wins on each list; `exclude` drops single records whatever its action.
 */
import type { AuditEvent } from '../../event'
import { counted } from '../../numbers'
import { ruleKeys } from '../print'
import { RECORD_TYPES, syscallsOf } from '../names'
import { inKernelOrder } from '../diff'
import { KEY_SEPARATOR, type ListName, type Rule } from '../model'
import { factsOf, type EventFacts } from './facts'
import { fieldsMatch, machineOfFacts, ruleMatches, untoldFields, type Match } from './match'

/** What becomes of an event. */
export interface Outcome {
  /** null: cannot be told from the records. */
  recorded: boolean | null
  /** The rule that decides, null when none does. */
  rule: Rule | null
  /** Recorded for another reason than a rule: a denial, a login, a change of the configuration. */
  ownReason: boolean
}

/** Record types that a syscall event has because a rule recorded it; any other is written by itself. */
const AUXILIARY = new Set(
  (
    'SYSCALL PATH IPC SOCKETCALL SOCKADDR CWD EXECVE IPC_SET_PERM MQ_OPEN MQ_SENDRECV MQ_NOTIFY MQ_GETSETATTR FD_PAIR ' +
    'OBJ_PID BPRM_FCAPS CAPSET MMAP PROCTITLE EOE KERN_MODULE OPENAT2 URINGOP TIME_INJOFFSET TIME_ADJNTPVAL'
  )
    .split(' ')
    .map((name) => RECORD_TYPES.number(name)),
)

/** Messages of user space, which the user list filters (linux/audit.h). */
const isUserMessage = (type: number): boolean =>
  (type >= 1100 && type <= 1199) || (type >= 2100 && type <= 2999) || type === 1005

/** A rule set that events are tried on. */
export class WhatIf {
  private readonly lists: Readonly<Record<ListName, readonly Rule[]>>
  /** Rules that can match a syscall of an arch, so that most rules are never looked at. */
  private readonly candidates = new Map<string, readonly Rule[]>()

  /** @param rules in the order in which they are added */
  constructor(rules: readonly Rule[]) {
    this.lists = byList(rules)
  }

  /** What would have become of an event. */
  judge(facts: EventFacts): Outcome {
    const excluded = this.excluded(facts)
    if (excluded === true) return { recorded: false, rule: null, ownReason: false }
    const outcome = this.judgeByKind(facts)
    return excluded === null && outcome.recorded === true ? { ...outcome, recorded: null } : outcome
  }

  /** How many of an event's records there would have been; all of them where the records do not tell. */
  recordsOf(facts: EventFacts): number {
    if (this.judge(facts).recorded === false) return 0
    if (this.lists.exclude.length === 0) return facts.types.length
    return facts.types.filter((type) => {
      const one = { ...facts, types: [type] }
      return !this.lists.exclude.some((rule) => fieldsMatch(rule.fields, one) === true)
    }).length
  }

  private judgeByKind(facts: EventFacts): Outcome {
    if (facts.kind === 'other') {
      if (!isUserMessage(facts.types[0] ?? 0))
        return { recorded: true, rule: null, ownReason: true }
      return decide(this.lists.user, (rule) => fieldsMatch(rule.fields, facts), true)
    }
    if (facts.types.some((type) => !AUXILIARY.has(type)))
      return { recorded: true, rule: null, ownReason: true }
    return decide(this.candidatesFor(facts), (rule) => ruleMatches(rule, facts), false)
  }

  private candidatesFor(facts: EventFacts): readonly Rule[] {
    const key = `${facts.kind} ${facts.arch} ${facts.syscall}`
    let rules = this.candidates.get(key)
    if (rules === undefined) {
      const list = facts.kind === 'uring' ? this.lists.io_uring : this.lists.exit
      rules = list.filter(
        (rule) =>
          ruleMatches({ ...rule, fields: [] }, facts) !== false &&
          fieldsMatch(
            rule.fields.filter(({ field }) => field === 'arch'),
            facts,
          ) !== false,
      )
      this.candidates.set(key, rules)
    }
    return rules
  }

  /** Whether every record of an event is dropped by the exclude list. */
  private excluded(facts: EventFacts): Match {
    if (this.lists.exclude.length === 0) return false
    let open = false
    for (const type of new Set(facts.types)) {
      const one = { ...facts, types: [type] }
      const matches = this.lists.exclude.map((rule) => fieldsMatch(rule.fields, one))
      if (matches.includes(true)) continue
      if (!matches.includes(null)) return false
      open = true
    }
    return open ? null : true
  }
}

function byList(rules: readonly Rule[]): Record<ListName, readonly Rule[]> {
  const ordered = inKernelOrder(rules)
  const of = (list: ListName): Rule[] => ordered.filter((rule) => rule.list === list)
  return {
    user: of('user'),
    task: of('task'),
    exit: of('exit'),
    exclude: of('exclude'),
    filesystem: of('filesystem'),
    io_uring: of('io_uring'),
  }
}

/** The first match decides. What cannot be told matters only when it would decide otherwise. */
function decide(
  rules: readonly Rule[],
  matches: (rule: Rule) => Match,
  otherwise: boolean,
): Outcome {
  const open: Rule[] = []
  for (const rule of rules) {
    const match = matches(rule)
    if (match === false) continue
    if (match === null) {
      open.push(rule)
      continue
    }
    return outcome(open, rule.action === 'always', rule)
  }
  return outcome(open, otherwise, null)
}

function outcome(open: readonly Rule[], recorded: boolean, rule: Rule | null): Outcome {
  const told = open.every(({ action }) => (action === 'always') === recorded)
  return { recorded: told ? recorded : null, rule, ownReason: false }
}

/** Counts of one group of events. */
export interface Share {
  name: string
  before: number
  after: number
}

export interface WhatIfResult {
  /** Events looked at. */
  held: number
  /** Events that the rules would have recorded. */
  recorded: number
  /** Events of which the records do not tell. */
  undecidable: number
  byKey: Share[]
  byProcess: Share[]
  bySyscall: Share[]
  /** What cannot be judged, one sentence each. */
  notes: string[]
}

/** Largest number of groups in a result; the rest is summed up as `others`. */
const MOST_GROUPS = 50

/** Adds up what a rule set would have done. */
export class WhatIfSum {
  private readonly whatIf: WhatIf
  private readonly rules: readonly Rule[]
  private held = 0
  private recorded = 0
  private undecidable = 0
  private ownReason = 0
  private readonly keys = new Map<string, Share>()
  private readonly processes = new Map<string, Share>()
  private readonly syscalls = new Map<string, Share>()

  constructor(rules: readonly Rule[]) {
    this.rules = rules
    this.whatIf = new WhatIf(rules)
  }

  /** Takes an event. */
  add(event: AuditEvent): void {
    this.addFacts(factsOf(event))
  }

  /** Takes the facts of an event. */
  addFacts(facts: EventFacts): void {
    const { recorded, rule, ownReason } = this.whatIf.judge(facts)
    this.held++
    if (recorded === null) this.undecidable++
    if (recorded === true) this.recorded++
    if (ownReason) this.ownReason++
    const after = recorded === true ? 1 : 0
    for (const key of keysOf(facts.key)) count(this.keys, key, 1, 0)
    if (after === 1)
      for (const key of rule === null ? keysOf(facts.key) : keysOfRule(rule))
        count(this.keys, key, 0, 1)
    count(this.processes, facts.exe || facts.comm || '(unknown)', 1, after)
    count(this.syscalls, callName(facts), 1, after)
  }

  /** The counts so far. */
  result(): WhatIfResult {
    return {
      held: this.held,
      recorded: this.recorded,
      undecidable: this.undecidable,
      byKey: ranked(this.keys),
      byProcess: ranked(this.processes),
      bySyscall: ranked(this.syscalls),
      notes: this.notes(),
    }
  }

  private notes(): string[] {
    const notes = [
      'Only events that were captured can be judged: a rule that matches more than the present ones would have recorded more.',
    ]
    if (this.ownReason > 0)
      notes.push(
        `${counted(this.ownReason, 'event')} ${this.ownReason === 1 ? 'was' : 'were'} written for another reason than a rule (logins, denials, changes of the configuration); exit rules do not touch ${this.ownReason === 1 ? 'it' : 'them'}.`,
      )
    if (this.rules.some(({ list }) => list === 'task'))
      notes.push('Rules on the task list act when a process starts, which no record tells.')
    if (this.rules.some(({ list }) => list === 'filesystem'))
      notes.push(
        'Rules on the filesystem list cannot be judged: records do not name file system types.',
      )
    const untold = [
      ...new Set(this.rules.filter(({ list }) => list !== 'filesystem').flatMap(untoldFields)),
    ]
    if (untold.length > 0) notes.push(`No record tells ${untold.join(', ')}.`)
    if (
      this.rules.some(({ fields }) =>
        fields.some(({ field }) => field === 'path' || field === 'dir' || field === 'exe'),
      )
    )
      notes.push(
        'Paths are compared as text: links, renames and containers can make the kernel decide otherwise.',
      )
    return notes
  }
}

/** Events without a key are a group of their own. */
const NO_KEY = '(no key)'

function keysOf(text: string): string[] {
  const keys = text.split(KEY_SEPARATOR).filter((key) => key !== '')
  return keys.length === 0 ? [NO_KEY] : keys
}

function keysOfRule(rule: Rule): string[] {
  const keys = ruleKeys(rule)
  return keys.length === 0 ? [NO_KEY] : keys
}

function callName(facts: EventFacts): string {
  const machine = machineOfFacts(facts)
  if (facts.syscall === null || machine === null)
    return RECORD_TYPES.name(facts.types[0] ?? 0) ?? String(facts.types[0])
  return syscallsOf(machine).name(facts.syscall) ?? String(facts.syscall)
}

function count(groups: Map<string, Share>, name: string, before: number, after: number): void {
  const share = groups.get(name)
  if (share === undefined) groups.set(name, { name, before, after })
  else {
    share.before += before
    share.after += after
  }
}

function ranked(groups: ReadonlyMap<string, Share>): Share[] {
  const all = [...groups.values()].sort(
    (a, b) => b.before + b.after - (a.before + a.after) || (a.name < b.name ? -1 : 1),
  )
  const rest = all.slice(MOST_GROUPS)
  if (rest.length === 0) return all
  const others = { name: `(${rest.length} others)`, before: 0, after: 0 }
  for (const { before, after } of rest) {
    others.before += before
    others.after += after
  }
  return [...all.slice(0, MOST_GROUPS), others]
}
