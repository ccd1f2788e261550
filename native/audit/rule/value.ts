/** The values of fields, read as auditctl reads them. */
import { nearest } from '../nearest'
import { byteLength } from './bytes'
import type { RuleContext } from './context'
import { COMPARISONS, type ValueKind } from './fields'
import {
  ADDRESS_FAMILIES,
  ALL_FILE_SYSTEMS,
  ERRNO,
  FILE_SYSTEMS,
  FILE_TYPES,
  MACHINE_NAMES,
  MAX_ADDRESS_FAMILY,
  RECORD_TYPES,
  archOf,
  is64Bit,
  machineOfArch,
  machineOfName,
  twinOf,
  type Machine,
} from './names'
import { MAX_KEY_BYTES, MAX_STRING_BYTES, PERMISSIONS, UNSET, type PermissionLetter } from './model'
import { readNumber, startsNegative, startsWithDigit } from './number'

/** Something wrong or odd about a value: `error` is what auditctl refuses. */
export interface ValueProblem {
  severity: 'error' | 'warning'
  code: string
  message: string
  hint: string
  /** What to write instead; null when that is not known. */
  better: string | null
}

/** A value as it goes into a rule. */
export interface ReadValue {
  value: number
  text: string | null
  problems: ValueProblem[]
}

/** Reads a value of a kind. `field` is the name for messages. */
export function readValue(
  kind: ValueKind,
  field: string,
  text: string,
  context: RuleContext,
): ReadValue {
  return READERS[kind]({ field, text, context })
}

interface Input {
  field: string
  text: string
  context: RuleContext
}

const READERS: Readonly<Record<ValueKind, (input: Input) => ReadValue>> = {
  user: readUser,
  group: readGroup,
  number: (input) => requireNumber(input, 'signed'),
  comparison: readComparisonNumber,
  unsigned: (input) => requireNumber(input, 'unsigned'),
  argument: readArgument,
  exit: readExit,
  session: readSession,
  family: readFamily,
  recordType: readRecordType,
  arch: readArch,
  permission: readPermission,
  fileType: readFileType,
  fileSystem: readFileSystem,
  path: readPath,
  label: readString,
  key: readKeyText,
}

function value(number: number, ...problems: ValueProblem[]): ReadValue {
  return { value: number, text: null, problems }
}

function refusal(
  code: string,
  message: string,
  hint = '',
  better: string | null = null,
): ReadValue {
  return value(0, { severity: 'error', code, message, hint, better })
}

function warning(
  code: string,
  message: string,
  hint = '',
  better: string | null = null,
): ValueProblem {
  return { severity: 'warning', code, message, hint, better }
}

/** A number, with a warning where auditctl silently reads something else than what is written. */
function number({ field, text }: Input, kind: 'signed' | 'unsigned'): ReadValue {
  const read = readNumber(text, kind)
  if (read.length < text.length) {
    const rest = text.slice(read.length)
    const kept = text.slice(0, read.length) || '0'
    return value(
      read.value,
      warning(
        'trailing-text',
        `auditctl reads only the \`${kept}\` of \`${text}\` and ignores \`${rest}\`.`,
        `Write the number for \`${field}\` alone.`,
        kept,
      ),
    )
  }
  if (!read.fits)
    return value(
      read.value,
      warning(
        'too-large',
        `\`${text}\` does not fit into 32 bits; the kernel gets ${read.value}.`,
        'Write a value of at most 4294967295.',
      ),
    )
  if (read.octal && read.value !== Number(text))
    return value(
      read.value,
      warning(
        'octal',
        `\`${text}\` begins with 0 and is read as octal: ${read.value}.`,
        'Write it in decimal or with 0x.',
        String(read.value),
      ),
    )
  return value(read.value)
}

function requireNumber(input: Input, kind: 'signed' | 'unsigned'): ReadValue {
  if (startsWithDigit(input.text)) return number(input, kind)
  const words: Readonly<Record<string, string>> = { yes: '1', true: '1', no: '0', false: '0' }
  const better = input.field === 'success' ? (words[input.text.toLowerCase()] ?? null) : null
  return refusal(
    'not-a-number',
    `\`${input.field}\` takes a number, and \`${input.text}\` is none.`,
    better === null ? '' : `Write ${better}.`,
    better,
  )
}

function readComparisonNumber(input: Input): ReadValue {
  const read = requireNumber(input, 'signed')
  if (COMPARISONS[read.value] || read.problems.length > 0) return read
  return value(
    read.value,
    warning(
      'no-comparison',
      `There is no comparison ${read.value}, and the kernel writes a warning to its log whenever it looks at this rule.`,
      'Write the two fields with -C.',
    ),
  )
}

function readUser(input: Input): ReadValue {
  const { text, context } = input
  if (startsWithDigit(text)) return number(input, 'unsigned')
  if (startsNegative(text)) return number(input, 'signed')
  if (text === 'unset') return value(UNSET)
  const id = context.userId(text)
  if (id !== null) return value(id)
  const better = nearest(text, ['unset', 'root'])
  return refusal(
    'unknown-user',
    `There is no user \`${text}\` on this machine.`,
    better === null ? 'Write an existing name or the number.' : `Did you mean \`${better}\`?`,
    better,
  )
}

function readGroup(input: Input): ReadValue {
  const { text, context } = input
  if (startsWithDigit(text)) return number(input, 'signed')
  const id = context.groupId(text)
  if (id !== null) return value(id)
  return refusal(
    'unknown-group',
    `There is no group \`${text}\` on this machine.`,
    'Write an existing name or the number.',
  )
}

function readArgument(input: Input): ReadValue {
  if (startsWithDigit(input.text)) return number(input, 'unsigned')
  if (startsNegative(input.text)) return number(input, 'signed')
  return refusal(
    'not-a-number',
    `\`${input.field}\` takes a number, and \`${input.text}\` is none.`,
    'Write the number of the constant; strings cannot be compared, the kernel sees only their address.',
  )
}

function readExit(input: Input): ReadValue {
  const { text } = input
  if (startsWithDigit(text) || startsNegative(text)) return number(input, 'signed')
  const negative = text.startsWith('-')
  const name = negative ? text.slice(1) : text
  const errno = ERRNO.number(name)
  if (errno === null) {
    const better = nearest(name, ERRNO.all)
    return refusal(
      'unknown-errno',
      `Errno \`${name}\` is not known${better === null ? '.' : `; did you mean \`${better}\`?`}`,
      '',
      better === null ? null : `-${better}`,
    )
  }
  if (negative) return value(-errno >>> 0)
  return value(
    errno,
    warning(
      'positive-errno',
      `\`exit=${text}\` matches syscalls that return ${errno}, not those that fail with ${text}.`,
      `A failed syscall returns the negative number: write -${name}.`,
      `-${name}`,
    ),
  )
}

function readSession(input: Input): ReadValue {
  const { text } = input
  if (startsWithDigit(text)) return number(input, 'unsigned')
  if (startsNegative(text)) return number(input, 'signed')
  if (text === 'unset') return value(UNSET)
  return value(
    0,
    warning(
      'read-as-zero',
      `auditctl takes \`${text}\` for session 0.`,
      'Write a number or unset.',
      nearest(text, ['unset']),
    ),
  )
}

function readFamily(input: Input): ReadValue {
  const { text } = input
  const named = ADDRESS_FAMILIES.number(text)
  if (named !== null && readNumber(text, 'unsigned').length === 0)
    return value(
      named,
      warning(
        'family-name',
        `auditctl does not know names of address families and takes \`${text}\` for 0.`,
        `Write ${named} when auditctl also loads this rule.`,
        String(named),
      ),
    )
  const read = number(input, 'unsigned')
  return read.value > MAX_ADDRESS_FAMILY
    ? refusal(
        'too-large',
        `\`${text}\` is no address family; the largest is ${MAX_ADDRESS_FAMILY}.`,
        'Common ones: 1 unix, 2 IPv4, 10 IPv6, 16 netlink, 17 packet.',
      )
    : read
}

function readRecordType(input: Input): ReadValue {
  const { text } = input
  if (startsWithDigit(text)) return number(input, 'signed')
  const named = text.startsWith('UNKNOWN[') ? null : RECORD_TYPES.number(text)
  if (named !== null) return value(named)
  const unknown = /^UNKNOWN\[(\d{1,7})\d*\]/.exec(text)
  if (unknown !== null && Number(unknown[1]) > 0) return value(Number(unknown[1]))
  const better = nearest(text, RECORD_TYPES.all)
  return refusal(
    'unknown-record-type',
    `Record type \`${text}\` is not known${better === null ? '.' : `; did you mean \`${better}\`?`}`,
    'A type that has no name here can be given as a number.',
    better,
  )
}

/** The machine that an arch value names on this machine, or null. */
export function machineOfText(text: string, native: Machine): Machine | null {
  if (startsWithDigit(text)) return machineOfArch(readNumber(text, 'unsigned').value)
  const lower = text.toLowerCase()
  if (lower === 'b64') return is64Bit(native) ? native : null
  if (lower === 'b32') return is64Bit(native) ? twinOf(native) : native
  const named = machineOfName(text)
  if (named !== null) return named
  const hex = /^[0-9a-f]+/i.exec(text)
  return hex === null ? null : machineOfArch(Number(BigInt.asUintN(32, BigInt(`0x${hex[0]}`))))
}

function readArch({ text, context }: Input): ReadValue {
  const machine = machineOfText(text, context.machine)
  if (machine !== null) return value(archOf(machine))
  const better = nearest(text, ['b64', 'b32', ...MACHINE_NAMES])
  return refusal(
    'unknown-arch',
    `\`${text}\` is no architecture that rules can name on ${context.machine}.`,
    better === null || better === text.toLowerCase()
      ? 'Write b64, b32, or a machine such as x86_64.'
      : `Did you mean \`${better}\`?`,
    better === text.toLowerCase() ? null : better,
  )
}

/** Reads permission letters; `-p` and `-F perm=` share them. */
export function readPermission({ text }: { text: string }): ReadValue {
  if (byteLength(text) > 4)
    return refusal(
      'bad-permission',
      `\`${text}\` is too long for permissions.`,
      'Write up to four of r, w, x and a.',
    )
  let bits = 0
  for (const letter of text.toLowerCase()) {
    if (!Object.hasOwn(PERMISSIONS, letter))
      return refusal(
        'bad-permission',
        `\`${letter}\` is no permission.`,
        'Write some of r (read), w (write), x (execute) and a (attributes).',
      )
    bits |= PERMISSIONS[letter as PermissionLetter]
  }
  return value(bits)
}

function readFileType({ text }: Input): ReadValue {
  const named = FILE_TYPES.number(text)
  if (named !== null) return value(named)
  const better = nearest(text, FILE_TYPES.all)
  return refusal(
    'unknown-file-type',
    `File type \`${text}\` is not known${better === null ? '.' : `; did you mean \`${better}\`?`}`,
    `One of ${FILE_TYPES.all.join(', ')}.`,
    better,
  )
}

function readFileSystem(input: Input): ReadValue {
  const { text } = input
  if (startsWithDigit(text)) {
    const read = number(input, 'unsigned')
    return read.value === UNSET ? unknownFileSystem(text) : read
  }
  const named = FILE_SYSTEMS.number(text)
  return named === null ? unknownFileSystem(text) : value(named)
}

function unknownFileSystem(text: string): ReadValue {
  const magic = ALL_FILE_SYSTEMS.number(text)
  if (magic !== null) {
    const written = `0x${magic.toString(16)}`
    return refusal(
      'unknown-file-system',
      `auditctl does not know the file system \`${text}\` by name.`,
      `Write its magic number, ${written}.`,
      written,
    )
  }
  return refusal(
    'unknown-file-system',
    `File system \`${text}\` is not known.`,
    `Write ${FILE_SYSTEMS.all.join(' or ')}, or the magic number from statfs(2).`,
    nearest(text, FILE_SYSTEMS.all),
  )
}

function readString({ field, text }: Input): ReadValue {
  const length = byteLength(text)
  if (length > MAX_STRING_BYTES)
    return refusal(
      'too-long',
      `The value of \`${field}\` has ${length} bytes; at most ${MAX_STRING_BYTES} are possible.`,
    )
  return { value: length, text, problems: [] }
}

function readKeyText(input: Input): ReadValue {
  const read = readString(input)
  return read.value > MAX_KEY_BYTES
    ? refusal(
        'key-too-long',
        `The key has ${read.value} bytes; at most ${MAX_KEY_BYTES} are possible.`,
        'Write a shorter key.',
      )
    : read
}

function readPath(input: Input): ReadValue {
  const read = readString(input)
  return read.problems.length > 0 ? read : { ...read, problems: pathProblems(input.text) }
}

/** What is odd about a path, though auditctl takes it. */
export function pathProblems(path: string): ValueProblem[] {
  const problems: ValueProblem[] = []
  if (/(^|\/)\.\.(\/|$)/.test(path))
    problems.push(
      warning(
        'relative-path',
        `\`${path}\` has a \`..\` in it, which never matches.`,
        'Write the full path.',
      ),
    )
  if (/[*?]/.test(path))
    problems.push(
      warning(
        'wildcard',
        `\`${path}\` has a wildcard, which the kernel takes for part of the name.`,
        'Watch the directory instead.',
      ),
    )
  if (/^["'].*["']$/.test(path))
    problems.push(
      warning(
        'quoted',
        'The quotes are part of the value: rules have no quotes.',
        'Leave them out.',
        path.slice(1, -1),
      ),
    )
  return problems
}
