/**
 * Least privilege for the helper (capabilities(7), prctl(2)). Capabilities belong to threads, and Node has threads before
 * the first line of a program runs: dropping them in place would leave those of the others. So the helper drops what it
 * does not need from its bounding set, forbids itself new privileges, and executes itself again: every thread of the new
 * image has only what is left.
 */
import { readFileSync } from 'node:fs'
import { addressOf, errno, errnoName, libc } from './libc'

/**
 * What a helper that root started needs, by bit (uapi/linux/capability.h), and what for. Through polkit it has fewer: the
 * wrapper (build/package/root/opt/auditscope/auditscope-helper) leaves out what user id 0 makes no difference with.
 */
export const KEPT_CAPABILITIES: Readonly<Record<number, string>> = {
  2: 'DAC_READ_SEARCH: the kernel looks up a rule’s path with our rights, also below a closed folder',
  12: 'NET_ADMIN: SO_RCVBUFFORCE, the 32 MiB receive buffer',
  19: 'SYS_PTRACE: which executable a process of another user runs',
  23: 'SYS_NICE: the priority of the drain in the mode never-lose',
  24: 'SYS_RESOURCE: lowering oom_score_adj in the mode never-lose',
  30: 'AUDIT_CONTROL: status, settings, rules, registering as the daemon',
  34: 'SYSLOG: what the kernel log says about audit',
  37: 'AUDIT_READ: the multicast group',
}

/** CAP_LAST_CAP of any kernel so far, and some to come; the kernel refuses the ones it does not know. */
const LAST_CAPABILITY = 63
const PR_CAPBSET_DROP = 24
const PR_SET_NO_NEW_PRIVS = 38
/** The same number on every architecture, like all newer calls. */
const SYS_CLOSE_RANGE = 436
const CLOSE_RANGE_CLOEXEC = 4
const F_SETFD = 2
const RLIMIT_FSIZE = 1
const RLIMIT_CORE = 4
const RLIMIT_NOFILE = 7

/** Limits of the helper, bytes or counts (setrlimit(2)): no core dump with records in it, no large file, few descriptors. */
const LIMITS: readonly (readonly [resource: number, limit: number])[] = [
  [RLIMIT_CORE, 0],
  [RLIMIT_FSIZE, 16 * 1024 * 1024],
  [RLIMIT_NOFILE, 256],
]

/** Whether this process has no capability that it does not need, and can gain none. */
export function isConfined(): boolean {
  const status = readFileSync('/proc/self/status', 'utf8')
  const field = (name: string) => new RegExp(`^${name}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1]
  const bounding = BigInt(`0x${field('CapBnd') ?? '0'}`)
  const kept = Object.keys(KEPT_CAPABILITIES).reduce((mask, bit) => mask | (1n << BigInt(bit)), 0n)
  return field('NoNewPrivs') === '1' && (bounding & ~kept) === 0n
}

/**
 * Confines this process and executes it again with these arguments and this environment; returns only when that failed,
 * with the errno's name. Descriptors above 2 do not survive.
 */
export function confineAndRestart(args: readonly string[], env: Record<string, string>): string {
  for (let bit = 0; bit <= LAST_CAPABILITY; bit++) {
    if (!(bit in KEPT_CAPABILITIES)) libc.prctl(PR_CAPBSET_DROP, bit, 0, 0, 0)
  }
  if (libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return errnoName(errno())
  // Refused before Linux 5.11; pkexec has closed what it was given by then.
  libc.syscall(SYS_CLOSE_RANGE, 3, 0xffffffff, CLOSE_RANGE_CLOEXEC)
  // Node has marked its standard streams to be closed as well.
  for (const fd of [0, 1, 2]) libc.fcntl(fd, F_SETFD, 0)
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  const argv = pointers(args)
  const envp = pointers(variables)
  libc.execve('/proc/self/exe', argv.address, envp.address)
  const name = errnoName(errno())
  // Held up to here: the kernel read them by address.
  return argv.held.length + envp.held.length > 0 ? name : 'EFAULT'
}

/** Sets the limits; a lower one that is in force already stays. */
export function limitResources(): void {
  for (const [resource, limit] of LIMITS) {
    const value = new Uint8Array(16)
    const view = new DataView(value.buffer)
    view.setBigUint64(0, BigInt(limit), true)
    view.setBigUint64(8, BigInt(limit), true)
    libc.setrlimit(resource, value)
  }
}

/** A NULL-terminated array of C strings, and what must be kept alive while its address is in use. */
function pointers(strings: readonly string[]): { address: number; held: readonly Uint8Array[] } {
  const texts = strings.map((text) => new TextEncoder().encode(`${text}\0`))
  const array = new BigUint64Array(strings.length + 1)
  texts.forEach((text, index) => {
    array[index] = BigInt(addressOf(text))
  })
  const bytes = new Uint8Array(array.buffer)
  return { address: addressOf(bytes), held: [bytes, ...texts] }
}
