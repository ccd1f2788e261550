import { describe, expect, it } from 'vitest'
import { SYSCALLS_AARCH64, SYSCALLS_X86_64 } from '@native/audit/tables/generated/syscalls'
import {
  NOTHING_BUT_TALK,
  REFUSED,
  seccompProgram,
  type Instruction,
  type SeccompArch,
} from '@native/kernel/seccomp'

const ALLOW = 0x7fff0000
const EPERM = 0x00050001
const ENOSYS = 0x00050026
const ARCH: Record<SeccompArch, number> = { x64: 0xc000003e, arm64: 0xc00000b7 }

const KERNEL: Record<SeccompArch, Readonly<Record<string, number>>> = {
  x64: SYSCALLS_X86_64,
  arm64: SYSCALLS_AARCH64,
}

/** Runs a program as the kernel would, on a call's number, architecture and first argument. */
function run(program: readonly Instruction[], number: number, arch: number, first = 0): number {
  const data: Record<number, number> = { 0: number, 4: arch, 16: first }
  let loaded = 0
  for (let at = 0; at < program.length; at++) {
    const { code, jt, jf, k } = program[at]!
    if (code === 0x20) loaded = data[k]!
    else if (code === 0x15) at += loaded === k ? jt : jf
    else if (code === 0x35) at += loaded >= k ? jt : jf
    else if (code === 0x45) at += (loaded & k) !== 0 ? jt : jf
    else if (code === 0x06) return k
    else throw new Error(`instruction ${code}`)
  }
  throw new Error('the program ended without an answer')
}

describe.each<[SeccompArch, Record<string, number>]>([
  [
    'x64',
    {
      socket: 41,
      unshare: 272,
      ptrace: 101,
      bpf: 321,
      mount: 165,
      read: 0,
      recvmmsg: 299,
      execve: 59,
      exit: 60,
    },
  ],
  [
    'arm64',
    {
      socket: 198,
      unshare: 97,
      ptrace: 117,
      bpf: 280,
      mount: 40,
      read: 63,
      recvmmsg: 243,
      execve: 221,
      exit: 93,
    },
  ],
])('the filter on %s', (arch, calls) => {
  const program = seccompProgram(arch)
  const judge = (number: number, first = 0) => run(program, number, ARCH[arch], first)

  it.each(['ptrace', 'bpf', 'mount'])('refuses %s', (name) => {
    expect(judge(calls[name]!)).toBe(EPERM)
  })

  it.each(['read', 'recvmmsg', 'execve', 'exit'])('allows %s', (name) => {
    expect(judge(calls[name]!)).toBe(ALLOW)
  })

  it('allows sockets that stay on the machine, and no others', () => {
    const AF_INET = 2
    const AF_PACKET = 17
    expect([1, 16].map((family) => judge(calls.socket!, family))).toEqual([ALLOW, ALLOW])
    for (const family of [0, AF_INET, 10, AF_PACKET, 40]) {
      expect(judge(calls.socket!, family)).toBe(EPERM)
    }
  })

  it('allows a descriptor table of one’s own, and no namespace', () => {
    expect(judge(calls.unshare!, 0x400)).toBe(ALLOW)
    for (const flags of [0x10000000, 0x40000000, 0x20000, 0x400 | 0x20000]) {
      expect(judge(calls.unshare!, flags)).toBe(EPERM)
    }
  })

  it('lets processes and threads be made, in no namespace of their own', () => {
    const { clone, clone3 } = KERNEL[arch]
    const FORK = 0x11 // SIGCHLD
    const THREAD = 0x3d0f00 // What pthread_create asks for.
    for (const flags of [FORK, 0x4111, THREAD]) expect(judge(clone!, flags)).toBe(ALLOW)
    // Mount, cgroup, uts, ipc, user, pid and network namespace (linux/sched.h).
    for (const bit of [0x20000, 0x2000000, 0x4000000, 0x8000000, 1 << 28, 1 << 29, 1 << 30])
      expect(judge(clone!, FORK | bit), bit.toString(16)).toBe(EPERM)
    // Its flags cannot be seen; the C library then takes clone.
    expect(judge(clone3!)).toBe(ENOSYS)
  })

  it('lets the placer talk on what is open, and open, start or connect to nothing', () => {
    const strict = seccompProgram(arch, NOTHING_BUT_TALK)
    const strictly = (number: number, first = 0) => run(strict, number, ARCH[arch], first)
    for (const name of ['read', 'exit']) expect(strictly(calls[name]!), name).toBe(ALLOW)
    for (const name of ['execve', 'socket', 'ptrace'])
      expect(strictly(calls[name]!, 16), name).toBe(EPERM)
    for (const name of [
      'open',
      'openat',
      'openat2',
      'creat',
      'connect',
      'clone',
      'clone3',
      'getxattrat',
      'tgkill',
      'pidfd_send_signal',
    ]) {
      const number = KERNEL[arch][name]
      if (number !== undefined) expect(strictly(number), name).toBe(EPERM)
    }
  })

  it('has the kernel’s numbers, of every call that the architecture has', () => {
    for (const [name, numbers] of Object.entries({ ...REFUSED, ...NOTHING_BUT_TALK })) {
      expect(numbers[arch], name).toBe(KERNEL[arch][name])
    }
  })

  it('refuses every call of another architecture', () => {
    for (const other of [0x40000003, arch === 'x64' ? ARCH.arm64 : ARCH.x64]) {
      expect(run(program, calls.read!, other)).toBe(EPERM)
    }
  })

  it('answers every number, and fits the kernel’s limit', () => {
    for (let number = 0; number < 1024; number++)
      expect([ALLOW, EPERM, ENOSYS]).toContain(judge(number, 99))
    expect(program.length).toBeLessThanOrEqual(4096)
    for (const { jt, jf } of program) expect(Math.max(jt, jf)).toBeLessThanOrEqual(255)
  })
})

describe('x32 calls', () => {
  it('are refused on x64', () => {
    expect(run(seccompProgram('x64'), 0x40000000, ARCH.x64)).toBe(EPERM)
    expect(run(seccompProgram('x64'), 0x40000000 + 101, ARCH.x64)).toBe(EPERM)
  })
})
