/** Advice on arch and syscalls: what a rule hooks, and what it misses. */
import type { RuleContext } from '../context'
import type { Diagnostic, Span } from '../diagnostic'
import { isEmpty } from '../mask'
import { syscallsOf, type Machine } from '../names'
import { is64Bit } from '../names'
import { permissionLetters, ruleKeys } from '../print'
import { syscallsOfPermission } from '../whatif/permission'
import { escapeWord } from '../words'
import { HOT_SYSCALLS, missingRelatives } from './families'
import { advise, hasField, nativeTwin, records, type AdvisedRule, type Subject } from './subject'

/** The place of a subject's syscalls, or of its head. */
function syscallPlace({ statement: { places } }: Subject): Span {
  return places.syscalls[0] ?? places.head
}

/** Syscalls are named, but not for which machine. */
export function adviseArch({ subject, complaints, context }: AdvisedRule): Diagnostic | null {
  const { statement, hasArch, everySyscall } = subject
  const first = statement.places.syscalls[0]
  if (hasArch || everySyscall || first === undefined || statement.rule.list !== 'exit') return null
  // What auditctl itself warns of is not said twice.
  if (complaints.some(({ code, start }) => code === 'no-arch-mismatch' && start === first.start))
    return null
  const width = is64Bit(context.machine) ? 'b64' : 'b32'
  return advise(
    first,
    'no-arch',
    'Without `arch` these numbers are looked for in the syscalls of every width, where they can mean others.',
    'Say which table the names are from.',
    [
      {
        title: `Add arch=${width}`,
        edits: [{ start: first.start, end: first.start, text: `-F arch=${width} ` }],
      },
    ],
  )
}

/** A watch, or perm without syscalls: looked at on every syscall, where a few would do. */
export function adviseWatch(advised: AdvisedRule): Diagnostic | null {
  const { subject } = advised
  const { statement, hasArch, everySyscall } = subject
  const perm = statement.rule.fields.find(({ field }) => field === 'perm')
  if (!records(subject) || perm === undefined || !everySyscall || hasArch) return null
  const edit = { ...subject.line, text: asSyscallRules(subject, perm.value, advised.context) }
  return advise(
    statement.places.head,
    'slow-watch',
    `${statement.watch ? 'A watch' : 'A rule with perm'} without arch is looked at on every syscall of every program.`,
    'Name the syscalls that make such an access; the kernel then looks at this rule only there.',
    [{ title: 'Turn into syscall rules', edits: [edit] }],
  )
}

/** The same rule as one a width, with the syscalls that its permissions stand for. */
function asSyscallRules({ statement }: Subject, mask: number, context: RuleContext): string {
  const { rule } = statement
  const twin = nativeTwin(context)
  const machines: [string, Machine][] = [
    [is64Bit(context.machine) ? 'b64' : 'b32', context.machine],
    ...(twin === null ? [] : [['b32', twin] as [string, Machine]]),
  ]
  const places = rule.fields
    .filter(({ field }) => field === 'path' || field === 'dir')
    .map(({ field, text }) => `-F ${escapeWord(`${field}=${text}`)}`)
  const keys = ruleKeys(rule).map((key) => `-F key=${escapeWord(key)}`)
  return machines
    .map(([width, machine]) => {
      const table = syscallsOf(machine)
      const names = syscallsOfPermission(mask).filter((name) => table.number(name) !== null)
      return [
        `${rule.prepend ? '-A' : '-a'} always,exit -F arch=${width} -S ${names.join(',')}`,
        ...places,
        `-F perm=${permissionLetters(mask)}`,
        ...keys,
      ].join(' ')
    })
    .join('\n')
}

/** Fields that keep a rule for every syscall from recording everything. */
const NARROWING = [
  'path',
  'dir',
  'perm',
  'inode',
  'exe',
  'pid',
  'ppid',
  'sessionid',
  'subj_type',
] as const

/** Every syscall is recorded: the machine slows down and drowns. */
export function adviseAll({ subject }: AdvisedRule): Diagnostic | null {
  const { statement, everySyscall } = subject
  if (!records(subject) || !everySyscall || hasField(statement, ...NARROWING)) return null
  return advise(
    syscallPlace(subject),
    'all-syscalls',
    'This records every syscall: tens of thousands of events a second on a busy machine.',
    'Name the syscalls that answer the question, or narrow it down with exe, path or dir.',
    [],
    'warning',
  )
}

/** Syscalls that programs make all the time, recorded without anything that narrows them down. */
export function adviseHot({ subject, context }: AdvisedRule): Diagnostic | null {
  const { statement, everySyscall, machine, numbers } = subject
  if (!records(subject) || everySyscall || machine === null) return null
  if (hasField(statement, ...NARROWING, 'exit', 'success')) return null
  const table = syscallsOf(machine ?? context.machine)
  const hot = numbers
    .flatMap((number) => table.name(number) ?? [])
    .filter((name) => HOT_SYSCALLS.has(name))
  if (hot.length === 0) return null
  return advise(
    syscallPlace(subject),
    'hot-syscalls',
    `Programs call ${hot.slice(0, 3).join(', ')}${hot.length > 3 ? ' and others' : ''} thousands of times a second.`,
    'Narrow it down: success=0, a path or dir, an exe, or fewer syscalls.',
    [],
    'warning',
  )
}

/** Siblings of the named syscalls, by which programs go around the rule. */
export function adviseRelatives({ subject }: AdvisedRule): Diagnostic | null {
  const { statement, everySyscall, machine, numbers } = subject
  const place = statement.places.syscalls.at(-1)
  if (!records(subject) || everySyscall || machine === null || place === undefined) return null
  // Arguments stand elsewhere in the siblings, so that these need a rule of their own.
  if (hasField(statement, 'a0', 'a1', 'a2', 'a3')) return null
  const table = syscallsOf(machine)
  const named = new Set(numbers.flatMap((number) => table.name(number) ?? []))
  const perm = statement.rule.fields.find(({ field }) => field === 'perm')
  const useful = perm === undefined ? null : new Set(syscallsOfPermission(perm.value))
  const missing = missingRelatives(
    named,
    (name) => table.number(name) !== null && (useful === null || useful.has(name)),
  )
  if (missing.length === 0) return null
  return advise(
    place,
    'missing-relatives',
    `Programs can do the same with ${missing.join(', ')}.`,
    'Record these as well.',
    [
      {
        title: `Add ${missing.join(', ')}`,
        edits: [{ start: place.end, end: place.end, text: `,${missing.join(',')}` }],
      },
    ],
  )
}

/** A rule without a single syscall. */
export function adviseEmpty({ subject }: AdvisedRule): Diagnostic | null {
  const { rule } = subject.statement
  if ((rule.list !== 'exit' && rule.list !== 'io_uring') || !isEmpty(rule.mask)) return null
  return advise(
    syscallPlace(subject),
    'no-syscalls',
    'This rule names no syscall and never matches.',
    'Name syscalls after -S.',
    [],
    'warning',
  )
}
