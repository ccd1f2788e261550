/**
 * Turns constants.json into the tables under native/audit/tables/generated: `node build/tables/generate.mjs`.
 *
 * Pure: the same constants give the same text, so that a test can say when the two differ. `--check` writes nothing and
 * exits with 1 when they do. The headers speak in macros, audit in words of its own ("auid" for LOGINUID): those words
 * are the only thing written down here, keyed by the macro's name, never by its number.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { SYSCALL_TABLES } from './groups.mjs'

/** Where audit's own word is not the macro's name in lower case. Words: libaudit's, which users know from auditctl. */
const WORDS = {
  recordType: { AA: 'APPARMOR' },
  ruleField: {
    LOGINUID: 'auid',
    LOGINUID_SET: 'loginuid_set',
    WATCH: 'path',
    FILTERKEY: 'key',
    ARG0: 'a0',
    ARG1: 'a1',
    ARG2: 'a2',
    ARG3: 'a3',
  },
  ruleOperator: {
    EQUAL: '=',
    NOT_EQUAL: '!=',
    LESS_THAN: '<',
    LESS_THAN_OR_EQUAL: '<=',
    GREATER_THAN: '>',
    GREATER_THAN_OR_EQUAL: '>=',
    BIT_MASK: '&',
    BIT_TEST: '&=',
  },
  ruleList: { FS: 'filesystem', URING_EXIT: 'io_uring' },
  fileType: {
    IFO: 'fifo',
    CHR: 'character',
    DIR: 'dir',
    BLK: 'block',
    REG: 'file',
    LNK: 'link',
    SOCK: 'socket',
  },
  seccompAction: { KILL_THREAD: 'kill', KILL_PROCESS: 'kill-process', USER_NOTIF: 'user-notify' },
  netfilterProtocol: { UNSPEC: 'unspecified' },
  inetHook: {
    PRE_ROUTING: 'PREROUTING',
    LOCAL_IN: 'INPUT',
    LOCAL_OUT: 'OUTPUT',
    POST_ROUTING: 'POSTROUTING',
  },
  icmpType: {
    ECHOREPLY: 'echo-reply',
    DEST_UNREACH: 'destination-unreachable',
    SOURCE_QUENCH: 'source-quench',
    TIME_EXCEEDED: 'time-exceeded',
    PARAMETERPROB: 'parameter-problem',
    TIMESTAMP: 'timestamp-request',
    TIMESTAMPREPLY: 'timestamp-reply',
    INFO_REQUEST: 'info-request',
    INFO_REPLY: 'info-reply',
    ADDRESS: 'address-mask-request',
    ADDRESSREPLY: 'address-mask-reply',
  },
  netlinkGroup: { NONE: 'audit-none', READLOG: 'audit-netlink-multicast' },
  scheduler: { SCHED_NORMAL: 'SCHED_OTHER' },
  ptrace: { PTRACE_PEEKUSR: 'PTRACE_PEEKUSER', PTRACE_POKEUSR: 'PTRACE_POKEUSER' },
  openFlag: { FASYNC: 'O_ASYNC' },
  terminalKey: {
    kcuu1: 'up',
    kcud1: 'down',
    kcuf1: 'right',
    kcub1: 'left',
    khome: 'home',
    kend: 'end',
    kbeg: 'begin',
    kent: 'enter',
    kich1: 'insert',
    kdch1: 'delete',
    kpp: 'page-up',
    knp: 'page-down',
    kbs: 'backspace',
    kcbt: 'back-tab',
    kfnd: 'find',
    kslt: 'select',
    kind: 'scroll-forward',
    kri: 'scroll-backward',
    kLFT: 'shift-left',
    kRIT: 'shift-right',
    kHOM: 'shift-home',
    kEND: 'shift-end',
    kDC: 'shift-delete',
    kIC: 'shift-insert',
    kNXT: 'shift-page-down',
    kPRV: 'shift-page-up',
    kmous: 'mouse',
    kspd: 'suspend',
  },
}
/** Tables whose names are the macros' in lower case. */
const LOWER = new Set([
  'ruleField',
  'ruleList',
  'ruleAction',
  'ruleCompare',
  'perm',
  'fileType',
  'fsMagic',
  'addressFamily',
  'socketCall',
  'ipcCall',
  'capability',
  'seccompAction',
  'netfilterProtocol',
  'icmpType',
  'fanotifyResponse',
  'netlinkFamily',
  'auditFeature',
  'uringOperation',
  'archFlags',
])

/** File → its tables: [exported name, what it holds, key in constants.json]. */
const FILES = {
  records: [
    ['RECORD_TYPES', 'Record type names of linux/audit.h and audit-records.h.', 'recordType'],
    ['RECORD_RANGES', 'First and last numbers of the ranges of record types.', 'recordRange'],
  ],
  errno: [
    [
      'ERRNOS',
      'Error names of asm-generic/errno.h; where two share a number the usual one is first.',
      'errno',
    ],
  ],
  arches: [['AUDIT_ARCHES', 'AUDIT_ARCH_*: ELF machine and flags.', 'archFlags']],
  rules: [
    ['RULE_FIELDS', 'Fields of a rule.', 'ruleField'],
    ['RULE_OPERATORS', 'Operators of a rule, in the upper bits of fieldflags.', 'ruleOperator'],
    ['RULE_LISTS', 'Filter lists.', 'ruleList'],
    ['RULE_ACTIONS', 'Actions.', 'ruleAction'],
    ['RULE_COMPARISONS', 'Field comparisons (-C).', 'ruleCompare'],
    ['PERMS', 'Bits of perm.', 'perm'],
    ['FILE_TYPES', 'File types: the S_IFMT part of a mode.', 'fileType'],
    ['FS_TYPES', 'File system magic numbers.', 'fsMagic'],
    ['AUDIT_FEATURES', 'Bit numbers of the features.', 'auditFeature'],
    ['URING_OPERATIONS', 'io_uring operations.', 'uringOperation'],
  ],
  network: [
    ['ADDRESS_FAMILIES', 'Address families.', 'addressFamily'],
    ['SOCKET_TYPES', 'Socket types.', 'socketType'],
    ['SOCKET_TYPE_FLAGS', 'Flags beside a socket type.', 'socketTypeFlag'],
    ['MESSAGE_FLAGS', 'Flags of send and receive.', 'messageFlag'],
    ['SOCKET_LEVELS', 'Levels of socket options.', 'socketLevel'],
    ['SOCKET_OPTIONS', 'Options of SOL_SOCKET.', 'socketOption'],
    ['IP_OPTIONS', 'Options of IPv4.', 'ipOption'],
    ['IPV6_OPTIONS', 'Options of IPv6.', 'ipv6Option'],
    ['TCP_OPTIONS', 'Options of TCP.', 'tcpOption'],
    ['UDP_OPTIONS', 'Options of UDP.', 'udpOption'],
    ['PACKET_OPTIONS', 'Options of packet sockets.', 'packetOption'],
    ['SOCKET_CALLS', 'Operations of socketcall(2).', 'socketCall'],
    ['NETFILTER_PROTOCOLS', 'Protocols of netfilter.', 'netfilterProtocol'],
    ['INET_HOOKS', 'Hooks of netfilter.', 'inetHook'],
    ['ICMP_TYPES', 'Types of ICMP.', 'icmpType'],
    ['ETHER_TYPES', 'Types of Ethernet packets.', 'etherType'],
    ['NETLINK_FAMILIES', 'Families of netlink.', 'netlinkFamily'],
    ['NETLINK_GROUPS', "Multicast groups of audit's netlink.", 'netlinkGroup'],
  ],
  arguments: [
    ['OPEN_FLAGS', 'Flags of open(2).', 'openFlag'],
    ['OPEN_FLAGS_ARM', 'Flags of open(2) on arm and aarch64.', 'openFlag.arm'],
    ['OPEN_FLAGS_PPC', 'Flags of open(2) on powerpc.', 'openFlag.ppc'],
    ['RESOLVE_FLAGS', 'Flags of openat2(2).', 'resolveFlag'],
    ['AT_FLAGS', 'Flags of the *at calls.', 'atFlag'],
    ['RENAME_FLAGS', 'Flags of renameat2(2).', 'renameFlag'],
    ['FCNTL_COMMANDS', 'Commands of fcntl(2).', 'fcntlCommand'],
    ['CLONE_FLAGS', 'Flags of clone(2), unshare(2) and setns(2).', 'cloneFlag'],
    ['SCHEDULERS', 'Scheduling policies.', 'scheduler'],
    ['SCHEDULER_FLAGS', 'Flags beside a scheduling policy.', 'schedulerFlag'],
    ['MMAP_PROTECTIONS', 'Protections of mmap(2).', 'mmapProt'],
    ['MMAP_FLAGS', 'Flags of mmap(2).', 'mmapFlag'],
    ['MOUNT_FLAGS', 'Flags of mount(2).', 'mountFlag'],
    ['UMOUNT_FLAGS', 'Flags of umount2(2).', 'umountFlag'],
    ['EPOLL_OPERATIONS', 'Operations of epoll_ctl(2).', 'epollOperation'],
    ['CLOCKS', 'Clocks.', 'clock'],
    ['PERSONALITIES', 'Personalities.', 'personality'],
    ['PERSONALITY_FLAGS', 'Flags of a personality.', 'personalityFlag'],
    ['PTRACE_REQUESTS', 'Requests of ptrace(2).', 'ptrace'],
    ['PRCTL_OPTIONS', 'Options of prctl(2).', 'prctl'],
    ['RLIMITS', 'Resource limits.', 'rlimit'],
    ['SEEK_ORIGINS', 'Origins of lseek(2).', 'seek'],
    ['SIGNALS', 'Signals.', 'signal'],
    ['CAPABILITIES', 'Capabilities.', 'capability'],
    ['SECCOMP_ACTIONS', 'What a seccomp filter answers.', 'seccompAction'],
    ['SECCOMP_OPERATIONS', 'Operations of seccomp(2).', 'seccompOperation'],
    ['BPF_COMMANDS', 'Commands of bpf(2).', 'bpfCommand'],
    ['IPC_CALLS', 'Operations of ipc(2).', 'ipcCall'],
    ['IPC_FLAGS', 'Flags of the *get calls of System V IPC.', 'ipcFlag'],
    ['SHM_FLAGS', 'Flags of shmget(2).', 'shmFlag'],
    ['MODE_BITS', 'Bits of a mode.', 'modeBit'],
    ['FANOTIFY_RESPONSES', 'Answers to a fanotify permission event.', 'fanotifyResponse'],
  ],
  ioctls: [
    [
      'IOCTL_REQUESTS',
      'Requests of ioctl(2); where two share a number the first header in the list wins.',
      'ioctl',
    ],
  ],
}

/** @typedef {Record<string, number>} Numbers name → number */
/**
 * @typedef {object} Constants constants.json
 * @property {string[]} packages
 * @property {Record<string, Numbers>} groups
 * @property {Record<string, string>} errnoText
 * @property {Record<string, string>} protocol
 * @property {Record<string, string>} terminalKey
 */

/** @param {string} group @returns {Record<string, string>} audit's words in it */
const wordsOf = (group) =>
  /** @type {Record<string, Record<string, string>>} */ (WORDS)[group] ?? {}

/**
 * Name → number, in audit's words. Values of the upper half of 32 bits are made unsigned.
 * @param {string} key
 * @param {Numbers} table
 * @returns {[string, number][]}
 */
function named(key, table) {
  const words = wordsOf(key.split('.')[0] ?? '')
  return Object.entries(table).map(([macro, value]) => {
    const name = words[macro] ?? (LOWER.has(key) ? macro.toLowerCase() : macro)
    return [name, value < 0 ? value + 2 ** 32 : value]
  })
}

const quoteName = (/** @type {string} */ name) =>
  /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)
/** A number as the reader knows it: flags and magic numbers in hexadecimal. */
const number = (/** @type {number} */ value) =>
  value >= 4096 ? `0x${value.toString(16)}` : String(value)

/** Tables whose names are a type in the sources. */
const NAMES_ARE_TYPES = new Set(['RULE_FIELDS'])

/**
 * @param {string} exported
 * @param {string} doc
 * @param {[string, number][]} entries
 */
function tableText(exported, doc, entries) {
  const lines = entries.map(([name, value]) => `  ${quoteName(name)}: ${number(value)},\n`)
  const body = `{\n${lines.join('')}}`
  return NAMES_ARE_TYPES.has(exported)
    ? `/** ${doc} */\nexport const ${exported} = ${body} as const\n`
    : `/** ${doc} */\nexport const ${exported}: Readonly<Record<string, number>> = ${body}\n`
}

/**
 * The bytes behind terminfo's notation, as a JavaScript string.
 * @param {string} sequence
 */
function unescapeTerminfo(sequence) {
  return sequence
    .replace(/\\(\d{3})/g, (_, digits) => String.fromCharCode(parseInt(digits, 8)))
    .replace(/\\E/g, '\x1b')
    .replace(/\^(.)/g, (_, letter) => String.fromCharCode(letter.charCodeAt(0) & 0x1f))
    .replace(/\\(.)/g, '$1')
}

/**
 * Keys that have a word, as [sequence, word], longest first.
 * @param {Record<string, string>} table
 */
function terminalKeys(table) {
  /** @type {[string, string][]} */
  const entries = []
  for (const [sequence, capability] of Object.entries(table)) {
    const word =
      wordsOf('terminalKey')[capability] ?? /^kf(\d+)$/.exec(capability)?.[1].replace(/^/, 'F')
    const bytes = unescapeTerminfo(sequence)
    if (word !== undefined && bytes.startsWith('\x1b')) entries.push([bytes, word])
  }
  return entries.sort((a, b) => b[0].length - a[0].length || (a[0] < b[0] ? -1 : 1))
}

/**
 * All files of the generated folder: name → text.
 * @param {Constants} constants
 */
export function generate(constants) {
  const head =
    `// Generated by build/tables/generate.mjs from ${constants.packages.join(', ')}.\n` +
    '// Do not edit: change build/tables and run it again.\n\n'
  const files = new Map()
  for (const [file, tables] of Object.entries(FILES)) {
    const parts = tables.map(([exported, doc, key]) =>
      tableText(exported, doc, named(key, constants.groups[key] ?? {})),
    )
    files.set(`${file}.ts`, head + parts.join('\n'))
  }
  const syscalls = Object.keys(SYSCALL_TABLES).map((arch) =>
    tableText(
      `SYSCALLS_${arch.toUpperCase()}`,
      `System calls of ${arch}.`,
      named('syscall', constants.groups[`syscall.${arch}`] ?? {}),
    ),
  )
  files.set('syscalls.ts', head + syscalls.join('\n'))
  const texts = Object.entries(constants.errnoText).map(
    ([n, text]) => `  [${n}, ${JSON.stringify(text)}],\n`,
  )
  files.set(
    'errno-texts.ts',
    `${head}/** glibc's text for each errno. */\nexport const ERRNO_TEXTS: readonly (readonly [number, string])[] = [\n${texts.join('')}]\n`,
  )
  const protocols = Object.entries(constants.protocol).map(
    ([n, name]) => `  [${n}, ${JSON.stringify(name)}],\n`,
  )
  files.set(
    'protocols.ts',
    `${head}/** Names of /etc/protocols. */\nexport const PROTOCOLS: readonly (readonly [number, string])[] = [\n${protocols.join('')}]\n`,
  )
  const keys = terminalKeys(constants.terminalKey).map(
    ([sequence, word]) => `  [${JSON.stringify(sequence)}, ${JSON.stringify(word)}],\n`,
  )
  files.set(
    'terminal-keys.ts',
    `${head}/** What keys send, longest first. */\nexport const TERMINAL_KEYS: readonly (readonly [string, string])[] = [\n${keys.join('')}]\n`,
  )
  return files
}

/** The generated folder and the constants, for the command below and the test. */
export const generatedFolder = fileURLToPath(
  new URL('../../native/audit/tables/generated/', import.meta.url),
)
export const readConstants = () =>
  JSON.parse(readFileSync(new URL('constants.json', import.meta.url), 'utf8'))

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(generatedFolder, { recursive: true })
  for (const [name, text] of generate(readConstants())) {
    if (!process.argv.includes('--check')) writeFileSync(generatedFolder + name, text)
    else if (readFileSync(generatedFolder + name, 'utf8') !== text) {
      console.error(
        `native/audit/tables/generated/${name} differs; run: node build/tables/generate.mjs`,
      )
      process.exitCode = 1
    }
  }
}
