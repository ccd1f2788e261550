/** Generators of rule text: rules that auditctl takes, and lines with some of everything that it does not. */
import fc from 'fast-check'
import { FIELDS, FIELD_WORDS, type FieldInfo, type ValueKind } from '@native/audit/rule/fields'
import { ACTION_NAMES, LIST_NAMES, OPERATOR_SYMBOLS, type ListName } from '@native/audit/rule/model'
import {
  ERRNO,
  FILE_TYPES,
  MACHINE_NAMES,
  RECORD_TYPES,
  syscallsOf,
} from '@native/audit/rule/names'
import { escapeWord } from '@native/audit/rule/words'

const from = (...values: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...values)

const goodNumber = fc.oneof(
  fc.nat(70_000).map(String),
  fc.nat(0xffffffff).map(String),
  fc.nat(0xffffffff).map((value) => `0x${value.toString(16)}`),
)
const oddNumber = from(
  ...['0', '-1', '4294967295', '4294967296', '007', '12abc', '0x', '-5', '99999999999999999999'],
)

/** Letters without the bytes that auditctl itself misreads, and without operators. */
const name = fc
  .array(fc.oneof({ weight: 4, arbitrary: from(...'abcxyz019._-é ') }, from(...'\\"*?~#,\t$ü=')), {
    minLength: 1,
    maxLength: 12,
  })
  .map((letters) => letters.join(''))
const goodPath = fc
  .array(name, { minLength: 1, maxLength: 4 })
  .map((parts) => `/${parts.join('/')}`)

const GOOD_VALUES: Readonly<Record<ValueKind, fc.Arbitrary<string>>> = {
  user: fc.oneof(goodNumber, from('unset', 'root', 'daemon', '-1')),
  group: fc.oneof(goodNumber, from('root', 'daemon')),
  number: goodNumber,
  comparison: fc.integer({ min: 1, max: 25 }).map(String),
  unsigned: goodNumber,
  argument: fc.oneof(goodNumber, from('-1')),
  exit: fc.oneof(
    goodNumber,
    fc.tuple(from('', '-', '-'), from(...ERRNO.all)).map((parts) => parts.join('')),
  ),
  session: fc.oneof(goodNumber, from('unset', '-1')),
  family: fc.nat(45).map(String),
  recordType: fc.oneof(
    fc.integer({ min: 3000, max: 0xffffffff }).map(String),
    from(...RECORD_TYPES.all),
  ),
  arch: from('b64', 'b64', 'b32', ...MACHINE_NAMES),
  permission: from('r', 'w', 'x', 'a', 'wa', 'rwxa'),
  fileType: from(...FILE_TYPES.all),
  fileSystem: fc.oneof(goodNumber, from('tracefs', 'debugfs')),
  path: fc.oneof(goodPath, from('/', '/etc', '/etc/passwd')),
  label: fc.oneof(name, from('unconfined_u', 's0-s0:c0.c1023')),
  key: fc.oneof(name, from('k', 'x'.repeat(100))),
}

const ODD_VALUES: Readonly<Record<ValueKind, fc.Arbitrary<string>>> = {
  user: fc.oneof(oddNumber, from('nobody-there', 'Root', '-')),
  group: fc.oneof(oddNumber, from('unset', 'no-such-group')),
  number: fc.oneof(oddNumber, from('yes', '+5', 'x')),
  comparison: fc.oneof(oddNumber, goodNumber),
  unsigned: oddNumber,
  argument: fc.oneof(oddNumber, from('O_RDONLY', '+1')),
  exit: fc.oneof(oddNumber, from('EPREM', '-eacces', '--1')),
  session: fc.oneof(oddNumber, from('Unset', 'first')),
  family: fc.oneof(oddNumber, goodNumber),
  recordType: fc.oneof(
    oddNumber,
    from('cwd', 'USER_LOGON', 'UNKNOWN[1234]', 'UNKNOWN[0]', 'UNKNOWN[12'),
  ),
  arch: from('B64', 'i686', 'armv7l', '0xc000003e', 'c000003e', '3221225534', 'sparc', '0x1'),
  permission: from('WA', 'aa', 'rwxar', 'q', 'rwé'),
  fileType: from('FIFO', 'pipe', '32768'),
  fileSystem: fc.oneof(oddNumber, from('ext4', 'DEBUGFS')),
  path: from(
    '//',
    '/etc/',
    '/usr/bin///',
    'relative',
    '/a/../b',
    '/a!=b',
    '/a&=b',
    `/${'x'.repeat(256)}`,
  ),
  label: from('a!=b', '/'),
  key: from('x'.repeat(256), 'x'.repeat(257), 'a!=b', 'a=b', ''),
}

const anyValue = (kind: ValueKind): fc.Arbitrary<string> =>
  fc.oneof(GOOD_VALUES[kind], ODD_VALUES[kind])

/** Names that libaudit 3.0.9 and the newer headers that our tables come from both have. */
const COMMON_SYSCALLS = syscallsOf('x86_64').all.filter(
  (syscall) => (syscallsOf('x86_64').number(syscall) ?? 335) < 335,
)
const goodSyscalls = fc
  .array(from(...COMMON_SYSCALLS), { minLength: 1, maxLength: 4 })
  .map((names) => `-S ${names.join(',')}`)
const oddSyscalls = fc
  .array(from('open', 'read', 'all', '59', '0x3b', '2047', '2048', 'OPEN', 'opne', ''), {
    minLength: 1,
    maxLength: 3,
  })
  .map((names) => `-S ${names.join(',') || ','}`)

const written = (field: string, operator: string, value: string): string =>
  `-F ${escapeWord(`${field}${operator}${value}`)}`

function goodField(list: ListName): fc.Arbitrary<string> {
  const usable = FIELDS.filter(
    ({ auditctlLists, kind, name: field }) =>
      auditctlLists.includes(list) && kind !== 'key' && field !== 'arch',
  )
  return fc
    .constantFrom(...usable)
    .chain(({ name: field, kind, auditctlOperators }: FieldInfo) =>
      fc
        .tuple(fc.constantFrom(...auditctlOperators), GOOD_VALUES[kind])
        .map(([operator, value]) => written(field, operator, value)),
    )
}

const COMPARED = [
  ['auid', 'uid', 'euid', 'suid', 'fsuid', 'obj_uid'],
  ['gid', 'egid', 'sgid', 'fsgid', 'obj_gid'],
] as const
const goodComparison = fc
  .constantFrom(...COMPARED)
  .chain((group) => fc.tuple(fc.shuffledSubarray([...group], { minLength: 2 }), from('=', '!=')))
  .map(([[left, right], operator]) => `-C ${left}${operator}${right}`)
const goodKey = fc
  .tuple(from('-k ', '-F key='), GOOD_VALUES.key)
  .map(([option, key]) => `${option}${escapeWord(key)}`)

const headOf = (options: fc.Arbitrary<string>, list: ListName): fc.Arbitrary<string> =>
  fc
    .tuple(options, fc.constantFrom(...ACTION_NAMES), fc.boolean())
    .map(([option, action, swapped]) =>
      swapped ? `${option} ${list},${action}` : `${option} ${action},${list}`,
    )

/** A syscall rule that auditctl takes, unless its syscalls are not those of its machine. */
const goodExitRule = fc
  .tuple(
    headOf(from('-a', '-a', '-A', '-d'), 'exit'),
    fc.option(
      GOOD_VALUES.arch.map((value) => `-F arch=${value}`),
      { nil: '' },
    ),
    fc.array(goodSyscalls, { minLength: 1, maxLength: 2 }),
    fc.array(fc.oneof({ weight: 6, arbitrary: goodField('exit') }, goodComparison), {
      maxLength: 4,
    }),
    fc.array(goodKey, { maxLength: 2 }),
  )
  .map((parts) =>
    parts
      .flat()
      .filter((part) => part !== '')
      .join(' '),
  )

const otherRule = (list: ListName): fc.Arbitrary<string> =>
  fc
    .tuple(headOf(from('-a', '-A', '-d'), list), fc.array(goodField(list), { maxLength: 3 }))
    .map((parts) => parts.flat().join(' '))

const goodWatch = fc
  .tuple(
    from('-w', '-w', '-W'),
    GOOD_VALUES.path,
    fc.option(GOOD_VALUES.permission, { nil: null }),
    fc.array(goodKey, { maxLength: 2 }),
  )
  .map(([option, place, permission, keys]) =>
    [
      `${option} ${escapeWord(place)}`,
      ...(permission === null ? [] : [`-p ${permission}`]),
      ...keys,
    ].join(' '),
  )

/** A line that auditctl takes, as far as its syscalls are those of its machine. */
export const goodLine: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: goodExitRule },
  { weight: 2, arbitrary: goodWatch },
  otherRule('exclude'),
  otherRule('user'),
  otherRule('task'),
  otherRule('filesystem'),
)

const anyField = fc
  .constantFrom(...FIELDS)
  .chain(({ name: field, kind, auditctlOperators }) =>
    fc
      .tuple(
        from(field, field, field, field.toUpperCase()),
        fc.oneof(
          { weight: 5, arbitrary: fc.constantFrom(...auditctlOperators) },
          fc.constantFrom(...OPERATOR_SYMBOLS),
        ),
        anyValue(kind),
      )
      .map((parts) => written(...parts)),
  )
const oddField = fc.oneof(
  from('-F auuid=1', '-F uid', '-F =5', '-F uid=', '-F pid==4', '-F uid=>5', '-F loginuid=5', '-F'),
  fc.tuple(from(...FIELD_WORDS), oddNumber).map(([field, value]) => `-F ${field}${value}`),
)
const compared = from(...COMPARED.flat(), 'pid', 'x')
const anyComparison = fc
  .tuple(compared, from('=', '!=', '>'), compared)
  .map((parts) => `-C ${parts.join('')}`)
const anyKey = fc
  .tuple(from('-k ', '-F key='), anyValue('key'))
  .map(([option, key]) => `${option}${escapeWord(key)}`)
const anyHead = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .constantFrom(...LIST_NAMES.filter((list) => list !== 'io_uring'), 'exit' as const)
      .chain((list) => headOf(from('-a', '-a', '-A', '-d'), list)),
  },
  from(
    ...['-a entry,always', '-a always', '-a exit,possible', '-a possible,exit', '-a always,always'],
    ...['-a always,exit,never', '-aalways,exit', '-a ,'],
  ),
)
const anyParts = fc.array(
  fc.oneof(
    { weight: 20, arbitrary: anyField },
    { weight: 5, arbitrary: goodSyscalls },
    ...[anyComparison, oddField, oddSyscalls],
    ODD_VALUES.arch.map((value) => `-F arch=${value}`),
  ),
  { maxLength: 4 },
)

const anyRule = fc
  .tuple(anyHead, anyParts, fc.array(anyKey, { maxLength: 2 }))
  .map((parts) => parts.flat())
  .chain((parts) =>
    fc.oneof(
      { weight: 9, arbitrary: fc.constant(parts) },
      fc.shuffledSubarray(parts, { minLength: parts.length }),
    ),
  )
  .map((parts) => parts.join(' '))

const anyWatch = fc
  .tuple(
    from('-w', '-w', '-W'),
    anyValue('path').map(escapeWord),
    fc.option(anyValue('permission'), { nil: null }),
    fc.array(anyKey, { maxLength: 2 }),
    fc.array(anyField, { maxLength: 1 }),
  )
  .map(([option, place, permission, keys, fields]) =>
    [
      `${option} ${place}`,
      ...(permission === null ? [] : [`-p ${permission}`]),
      ...keys,
      ...fields,
    ].join(' '),
  )

/** A line that auditctl may take for a rule or refuse. */
export const anyLine: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: goodLine },
  { weight: 3, arbitrary: anyRule },
  { weight: 1, arbitrary: anyWatch },
)
