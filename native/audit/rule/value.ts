/** The values of fields, read as auditctl reads them. */
import { nearest } from '../nearest'
import { byteLength } from './bytes'
import { type RuleContext } from './context'
import { type ValueKind } from './fields'
import {
  ALL_FILE_SYSTEMS,
  FILE_SYSTEMS,
  FILE_TYPES,
  MACHINE_NAMES,
  RECORD_TYPES,
  archOf,
  is64Bit,
  machineOfArch,
  machineOfName,
  twinOf,
  type Machine,
} from './names'
import { PERMISSIONS, UNSET, type PermissionLetter } from './model'
import { readNumber, startsNegative, startsWithDigit } from './number'
import { refusal, value, type Input, type ReadValue } from './value-result'
import {
  number,
  requireNumber,
  readComparisonNumber,
  readArgument,
  readExit,
  readSession,
  readFamily,
} from './value-number'
import { readString, readKeyText, readPath } from './value-text'

/** Reads a value of a kind. `field` is the name for messages. */
export function readValue(
  kind: ValueKind,
  field: string,
  text: string,
  context: RuleContext,
): ReadValue {
  return READERS[kind]({ field, text, context })
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
