/** The machine and this process's place in it: capabilities, namespaces, boot parameters, the tick rate. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import os from 'node:os'
import { libc } from './libc'

/** Capabilities that matter here, by bit (uapi/linux/capability.h). */
const CAPABILITIES: Readonly<Record<number, string>> = {
  12: 'CAP_NET_ADMIN',
  19: 'CAP_SYS_PTRACE',
  23: 'CAP_SYS_NICE',
  24: 'CAP_SYS_RESOURCE',
  29: 'CAP_AUDIT_WRITE',
  30: 'CAP_AUDIT_CONTROL',
  34: 'CAP_SYSLOG',
  37: 'CAP_AUDIT_READ',
}

/** Inode numbers of the initial namespaces (linux/proc_ns.h). */
const INITIAL_NAMESPACES = { pid: 0xeffffffc, user: 0xeffffffd } as const
const CLOCK_MONOTONIC_COARSE = 6

/** The names of the capabilities in a mask of /proc/PID/status; others are left out. */
export function parseCapabilities(hex: string): string[] {
  const mask = BigInt(`0x${hex}`)
  return Object.entries(CAPABILITIES).flatMap(([bit, name]) =>
    (mask >> BigInt(bit)) & 1n ? [name] : [],
  )
}

/** This process's effective and bounding capabilities. */
export function readCapabilities(): { effective: string[]; bounding: string[] } {
  const status = readFileSync('/proc/self/status', 'utf8')
  const of = (name: string) =>
    parseCapabilities(new RegExp(`^${name}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1] ?? '0')
  return { effective: of('CapEff'), bounding: of('CapBnd') }
}

/** Whether this process is in the initial namespaces; null where it cannot be told. */
export function readNamespaces(): {
  pid: boolean | null
  user: boolean | null
  net: boolean | null
} {
  const initial = (kind: 'pid' | 'user') => {
    const inode = namespaceOf('self', kind)
    return inode === null ? null : inode === INITIAL_NAMESPACES[kind]
  }
  const pid = initial('pid')
  const own = namespaceOf('self', 'net')
  // Process 1 is in the initial network namespace on a host; seen from another pid namespace it says nothing.
  const first = pid === true ? namespaceOf('1', 'net') : null
  return { pid, user: initial('user'), net: own === null || first === null ? null : own === first }
}

/** The kernel's release and machine. */
export function kernelName(): { release: string; machine: string } {
  return { release: os.release(), machine: os.machine() }
}

/** Ticks (jiffies) per second of the kernel: the resolution of the coarse clock is one tick (clock_getres(2)). */
export function readHz(): number {
  const timespec = new Uint8Array(16)
  libc.clockGetres(CLOCK_MONOTONIC_COARSE, timespec)
  const ns = Number(new DataView(timespec.buffer).getBigInt64(8, true))
  return ns > 0 ? Math.round(1e9 / ns) : 250
}

/** The words of the kernel's command line. */
export function readCommandLine(): string[] {
  return readFileSync('/proc/cmdline', 'utf8').trim().split(/\s+/)
}

/** Changes with every boot. */
export function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

/** The container manager that this process seems to run under, null for none: each leaves a mark of its own. */
export function readContainer(): string | null {
  const named = environmentOfInit()?.match(/(?:^|\0)container=([^\0]+)/)?.[1]
  if (named !== undefined) return named
  if (existsSync('/.dockerenv')) return 'docker'
  if (existsSync('/run/.containerenv')) return 'podman'
  return null
}

function environmentOfInit(): string | null {
  try {
    return readFileSync('/proc/1/environ', 'utf8')
  } catch {
    return null
  }
}

function namespaceOf(pid: string, kind: string): number | null {
  try {
    return statSync(`/proc/${pid}/ns/${kind}`).ino
  } catch {
    return null
  }
}
