/** Advice on arch and syscalls: what a rule hooks, and what it misses. */
import type { Diagnostic, Span } from '../diagnostic'
import { isEmpty } from '../mask'
import { syscallsOf, type Machine } from '../names'
import { is64Bit } from '../names'
import { permissionLetters, ruleKeys } from '../print'
import { syscallsOfPermission } from '../whatif/permission'
import { escapeWord } from '../words'
import { HOT_SYSCALLS, missingRelatives } from './families'
import {
  advise,
  hasField,
  insertLineAfter,
  nativeTwin,
  records,
  type Advised,
  type Subject,
} from './subject'

/** The place of a subject's syscalls, or of its head. */
function syscallPlace({ statement: { places } }: Subject): Span {
  return places.syscalls[0] ?? places.head
}

/** Syscalls are named, but not for which machine. */
export function adviseArch({ file, subjects, context }: Advised): Diagnostic[] {
  // What auditctl itself warns of is not said twice.
  const warned = new Set(
    file.diagnostics.filter(({ code }) => code === 'no-arch-mismatch').map(({ start }) => start),
  )
  return subjects.flatMap((subject) => {
    const { statement, hasArch, everySyscall } = subject
    const first = statement.places.syscalls[0]
    if (hasArch || everySyscall || first === undefined || statement.rule.list !== 'exit') return []
    if (warned.has(first.start)) return []
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
  })
}

/** A watch, or perm without syscalls: looked at on every syscall, where a few would do. */
export function adviseWatch(advised: Advised): Diagnostic[] {
  return advised.subjects.flatMap((subject) => {
    const { statement, hasArch, everySyscall } = subject
    const perm = statement.rule.fields.find(({ field }) => field === 'perm')
    if (!records(subject) || perm === undefined || !everySyscall || hasArch) return []
    const edit = { ...subject.line, text: asSyscallRules(subject, perm.value, advised) }
    return advise(
      statement.places.head,
      'slow-watch',
      `${statement.watch ? 'A watch' : 'A rule with perm'} without arch is looked at on every syscall of every program.`,
      'Name the syscalls that make such an access; the kernel then looks at this rule only there.',
      [{ title: 'Turn into syscall rules', edits: [edit] }],
    )
  })
}

/** The same rule as one a width, with the syscalls that its permissions stand for. */
function asSyscallRules({ statement }: Subject, mask: number, { context }: Advised): string {
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
export function adviseAll({ subjects }: Advised): Diagnostic[] {
  return subjects.flatMap((subject) => {
    const { statement, everySyscall } = subject
    if (!records(subject) || !everySyscall || hasField(statement, ...NARROWING)) return []
    return advise(
      syscallPlace(subject),
      'all-syscalls',
      'This records every syscall: tens of thousands of events a second on a busy machine.',
      'Name the syscalls that answer the question, or narrow it down with exe, path or dir.',
      [],
      'warning',
    )
  })
}

/** Syscalls that programs make all the time, recorded without anything that narrows them down. */
export function adviseHot({ subjects, context }: Advised): Diagnostic[] {
  return subjects.flatMap((subject) => {
    const { statement, everySyscall, machine, numbers } = subject
    if (!records(subject) || everySyscall || machine === null) return []
    if (hasField(statement, ...NARROWING, 'exit', 'success')) return []
    const table = syscallsOf(machine ?? context.machine)
    const hot = numbers
      .flatMap((number) => table.name(number) ?? [])
      .filter((name) => HOT_SYSCALLS.has(name))
    if (hot.length === 0) return []
    return advise(
      syscallPlace(subject),
      'hot-syscalls',
      `Programs call ${hot.slice(0, 3).join(', ')}${hot.length > 3 ? ' and others' : ''} thousands of times a second.`,
      'Narrow it down: success=0, a path or dir, an exe, or fewer syscalls.',
      [],
      'warning',
    )
  })
}

/** Siblings of the named syscalls, by which programs go around the rule. */
export function adviseRelatives({ subjects }: Advised): Diagnostic[] {
  return subjects.flatMap((subject) => {
    const { statement, everySyscall, machine, numbers } = subject
    const place = statement.places.syscalls.at(-1)
    if (!records(subject) || everySyscall || machine === null || place === undefined) return []
    // Arguments stand elsewhere in the siblings, so that these need a rule of their own.
    if (hasField(statement, 'a0', 'a1', 'a2', 'a3')) return []
    const table = syscallsOf(machine)
    const named = new Set(numbers.flatMap((number) => table.name(number) ?? []))
    const perm = statement.rule.fields.find(({ field }) => field === 'perm')
    const useful = perm === undefined ? null : new Set(syscallsOfPermission(perm.value))
    const missing = missingRelatives(
      named,
      (name) => table.number(name) !== null && (useful === null || useful.has(name)),
    )
    if (missing.length === 0) return []
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
  })
}

/** A rule for one width without its twin for the other: programs of the other width go unseen. */
export function adviseTwin({ subjects, context, file }: Advised): Diagnostic[] {
  const twin = nativeTwin(context)
  if (twin === null) return []
  const pairs: readonly (readonly [Machine, Machine, string])[] = [
    [context.machine, twin, 'b32'],
    [twin, context.machine, 'b64'],
  ]
  const identities = subjects.map(twinIdentity)
  const present = new Set(subjects.map(({ machine }, index) => `${machine} ${identities[index]}`))
  return subjects.flatMap((subject, index) => {
    const pair = pairs.find(([own]) => own === subject.machine)
    if (pair === undefined || !subject.hasArch || !isTwinnable(subject)) return []
    const [, other, width] = pair
    const arch = subject.statement.rule.fields.find(({ field }) => field === 'arch')
    if (arch?.operator !== '=' || present.has(`${other} ${identities[index]}`)) return []
    const names = namesOn(subject, other)
    if (names !== null && names.length === 0) return []
    const place = subject.statement.places.fields[subject.statement.rule.fields.indexOf(arch)]!
    return advise(
      place,
      'missing-twin',
      `Programs of the other width go unseen: there is no such rule for ${width}.`,
      width === 'b32' ? '64-bit kernels run 32-bit programs too.' : 'Most programs are 64-bit.',
      [
        {
          title: `Add the ${width} twin`,
          edits: [insertLineAfter(subject.line, twinText(file.text, subject, width, names))],
        },
      ],
    )
  })
}

function isTwinnable({ statement }: Subject): boolean {
  return (
    statement.rule.list === 'exit' &&
    !isEmpty(statement.rule.mask) &&
    !hasField(statement, 'a0', 'a1', 'a2', 'a3')
  )
}

/** The syscalls' names as far as another machine has them; null for all of them. */
function namesOn({ everySyscall, numbers, machine }: Subject, other: Machine): string[] | null {
  if (everySyscall || machine === null) return null
  const own = syscallsOf(machine)
  const table = syscallsOf(other)
  return numbers
    .flatMap((number) => own.name(number) ?? [])
    .filter((name) => table.number(name) !== null)
}

/**
 * The rule without its width and syscalls: a twin may name other syscalls, as those of the other table. Key and conditions
 * must be the same.
 */
function twinIdentity({ statement: { rule } }: Subject): string {
  const conditions = rule.fields
    .filter(({ field }) => field !== 'arch')
    .map(({ field, operator, value, text }) => `${field}${operator}${text ?? value}`)
    .sort()
  return `${rule.list} ${rule.action} ${conditions.join(' ')}`
}

/** The line with the other width and the names that exist there. */
function twinText(
  text: string,
  { statement, line }: Subject,
  width: string,
  names: readonly string[] | null,
): string {
  const { places, rule } = statement
  const arch = places.fields[rule.fields.findIndex(({ field }) => field === 'arch')]!
  const edits = [{ ...arch, text: `-F arch=${width}` }]
  if (names !== null)
    places.syscalls.forEach(({ start, end }, index) =>
      edits.push(
        index === 0
          ? { start, end, text: `-S ${names.join(',')}` }
          : { start: start - 1, end, text: '' },
      ),
    )
  edits.sort((a, b) => b.start - a.start)
  let result = text.slice(line.start, line.end)
  for (const { start, end, text: replaced } of edits)
    result = result.slice(0, start - line.start) + replaced + result.slice(end - line.start)
  return result
}

/** A rule without a single syscall. */
export function adviseEmpty({ subjects }: Advised): Diagnostic[] {
  return subjects
    .filter(
      ({ statement }) =>
        (statement.rule.list === 'exit' || statement.rule.list === 'io_uring') &&
        isEmpty(statement.rule.mask),
    )
    .map((subject) =>
      advise(
        syscallPlace(subject),
        'no-syscalls',
        'This rule names no syscall and never matches.',
        'Name syscalls after -S.',
        [],
        'warning',
      ),
    )
}
