/**
 * The fields that a query can name. Field names are the kernel's own (see the audit record dictionary of linux-audit)
 * wherever it has one; the few others are marked as derived.
 */

/** How values of a field are written and compared. */
export type FieldKind =
  'text' | 'name' | 'word' | 'number' | 'hex' | 'octal' | 'errno' | 'account' | 'address' | 'time'

export const OPERATORS = ['=', '!=', '~', '!~', '<', '<=', '>', '>='] as const
export type Operator = (typeof OPERATORS)[number]

const EQUALITY = ['=', '!='] as const
const PATTERN = ['=', '!=', '~', '!~'] as const
const ORDER = ['=', '!=', '<', '<=', '>', '>='] as const

/** What can be asked of a kind, and how its values are written (for messages and help). */
export const KINDS: Record<FieldKind, { operators: readonly Operator[]; written: string }> = {
  text: { operators: PATTERN, written: 'text, quoted when it has spaces' },
  name: { operators: PATTERN, written: 'a name or its number' },
  word: { operators: EQUALITY, written: 'a word' },
  number: { operators: ORDER, written: 'a number, also 0x10' },
  hex: { operators: ORDER, written: 'a hexadecimal number' },
  octal: { operators: ORDER, written: 'an octal number' },
  errno: { operators: ORDER, written: 'a number or an error name such as ENOENT' },
  account: { operators: OPERATORS, written: 'a name, a number, or unset' },
  address: { operators: PATTERN, written: 'an address, or a network such as 10.0.0.0/8' },
  time: {
    operators: ORDER,
    written: '12:04, 2026-11-23, "2026-11-23 12:04:10.5", -10m or @1700000000',
  },
}

export interface Field {
  name: string
  kind: FieldKind
  /** One line for completion and help. */
  description: string
  /** Other names that are understood; the printer writes `name`. */
  aliases: readonly string[]
  /** Values worth proposing before any occurred. */
  examples: readonly string[]
}

type Row = [
  name: string,
  kind: FieldKind,
  description: string,
  aliases?: string[],
  examples?: string[],
]

const ROWS: Row[] = [
  ['time', 'time', 'When the event happened', ['date'], ['-10m', '-1h']],
  ['serial', 'number', 'Serial number that the kernel gave the event'],
  ['node', 'text', 'Host that the event came from, where the log says'],
  ['event', 'name', 'System call, or record type where there is none'],
  [
    'type',
    'name',
    'Type of any record of the event',
    [],
    ['SYSCALL', 'USER_LOGIN', 'EXECVE', 'AVC'],
  ],
  ['syscall', 'name', 'System call by name or number', [], ['execve', 'openat', 'unlink']],
  ['arch', 'name', 'Architecture of the call', [], ['x86_64', 'i386', 'aarch64']],
  ['success', 'word', 'Whether it succeeded', [], ['yes', 'no']],
  ['exit', 'errno', 'What the call returned', ['errno'], ['EACCES', 'ENOENT', 'EPERM', '0']],
  ['result', 'name', 'ok, an error name, or the word of a message', [], ['ok', 'EACCES', 'failed']],
  ['user', 'account', 'Login, real or effective user, or the account of a message'],
  ['auid', 'account', 'Login user', ['loginuid'], ['unset']],
  ['uid', 'account', 'Real user'],
  ['euid', 'account', 'Effective user'],
  ['suid', 'account', 'Saved user'],
  ['fsuid', 'account', 'User for file access'],
  ['gid', 'account', 'Real group'],
  ['egid', 'account', 'Effective group'],
  ['sgid', 'account', 'Saved group'],
  ['fsgid', 'account', 'Group for file access'],
  ['ses', 'number', 'Login session', ['session']],
  ['tty', 'text', 'Terminal'],
  ['pid', 'number', 'Process'],
  ['ppid', 'number', 'Parent process'],
  ['comm', 'text', 'Name of the thread, at most 15 bytes'],
  ['exe', 'text', 'Executable'],
  ['cmdline', 'text', 'Command line', ['proctitle']],
  ['key', 'text', 'Key of the rule'],
  ['path', 'text', 'Any path of the event', ['name', 'file']],
  ['cwd', 'text', 'Current directory'],
  ['object', 'text', 'What was acted on: path, address, account'],
  ['addr', 'address', 'Network address', ['saddr', 'ip'], ['127.0.0.1', '10.0.0.0/8']],
  ['port', 'number', 'Network port', ['lport'], ['22', '443']],
  ['hostname', 'text', 'Host name of a message'],
  ['terminal', 'text', 'Terminal of a message'],
  ['acct', 'text', 'Account of a message'],
  ['op', 'text', 'Operation of a message'],
  ['res', 'word', 'Result of a message', [], ['success', 'failed']],
  ['subj', 'text', 'Security context of the process'],
  ['obj', 'text', 'Security context of the object'],
  ['a0', 'hex', 'First argument of the call'],
  ['a1', 'hex', 'Second argument of the call'],
  ['a2', 'hex', 'Third argument of the call'],
  ['a3', 'hex', 'Fourth argument of the call'],
  ['inode', 'number', 'Inode of a path'],
  ['dev', 'text', 'Device of a path'],
  ['mode', 'octal', 'Mode of a path'],
  ['ouid', 'account', 'Owner of a path'],
  ['ogid', 'account', 'Group of a path'],
  ['sig', 'number', 'Signal'],
]

/** All fields with a meaning of their own, in the order in which completion offers them. */
export const FIELDS: readonly Field[] = ROWS.map(
  ([name, kind, description, aliases = [], examples = []]) => ({
    name,
    kind,
    description,
    aliases,
    examples,
  }),
)

const BY_NAME = new Map<string, Field>(
  FIELDS.flatMap((field) => [field.name, ...field.aliases].map((name) => [name, field] as const)),
)

/** The field of that name or alias, ignoring case; null for a field that is only known from records. */
export function fieldByName(name: string): Field | null {
  return BY_NAME.get(name.toLowerCase()) ?? null
}

/**
 * The field of that name; for one that is not in the table (records have hundreds, and user space invents more) a plain
 * text field.
 */
export function fieldOrPlain(name: string): Field {
  return (
    fieldByName(name) ?? {
      name: name.toLowerCase(),
      kind: 'text',
      description: 'Field of a record',
      aliases: [],
      examples: [],
    }
  )
}
