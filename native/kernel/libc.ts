/**
 * libc through koffi: the system calls that Node has no interface for. The only file that loads a library.
 *
 * Rules that koffi imposes: `koffi.view` aborts Electron, so memory is allocated here and its address taken;
 * `koffi.address` does not keep memory alive, so whoever gives an address to the kernel holds the buffer.
 */
import { createRequire } from 'node:module'
import os from 'node:os'
import type * as Koffi from 'koffi'

// Not imported: a bundle would load it first thing, also for a command that only reads files.
const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi
const lib = koffi.load('libc.so.6')

/** Address of a typed array's first byte, as a number: user addresses fit 2^53. */
export function addressOf(bytes: Uint8Array): number {
  return Number(koffi.address(bytes))
}

/** What a libc function left in errno. Read it right after the call, before any other. */
export function errno(): number {
  return koffi.errno()
}

/** Name of an errno, `EPERM`; `errno 4095` for an unknown one. */
export function errnoName(code: number): string {
  return ERRNO_NAMES.get(code) ?? `errno ${code}`
}

const ERRNO_NAMES = new Map(Object.entries(os.constants.errno).map(([name, code]) => [code, name]))
// libuv, and so Node, has no names for these.
ERRNO_NAMES.set(os.constants.errno.EAGAIN, 'EAGAIN')

/** Pointers that are addresses are `uintptr_t` (numbers); `void *` takes a typed array for the call's length. */
export const libc = {
  socket: lib.func('int socket(int, int, int)') as (
    domain: number,
    type: number,
    protocol: number,
  ) => number,
  bind: lib.func('int bind(int, const void *, unsigned int)') as (
    fd: number,
    address: Uint8Array,
    length: number,
  ) => number,
  getsockname: lib.func('int getsockname(int, void *, void *)') as (
    fd: number,
    address: Uint8Array,
    length: Uint8Array,
  ) => number,
  setsockopt: lib.func('int setsockopt(int, int, int, const void *, unsigned int)') as (
    fd: number,
    level: number,
    option: number,
    value: Uint8Array,
    length: number,
  ) => number,
  getsockopt: lib.func('int getsockopt(int, int, int, void *, void *)') as (
    fd: number,
    level: number,
    option: number,
    value: Uint8Array,
    length: Uint8Array,
  ) => number,
  sendto: lib.func(
    'intptr_t sendto(int, const void *, size_t, int, const void *, unsigned int)',
  ) as (
    fd: number,
    bytes: Uint8Array,
    length: number,
    flags: number,
    address: Uint8Array,
    addressLength: number,
  ) => number,
  recv: lib.func('intptr_t recv(int, void *, size_t, int)') as (
    fd: number,
    buffer: Uint8Array,
    length: number,
    flags: number,
  ) => number,
  recvmmsg: lib.func('int recvmmsg(int, uintptr_t, unsigned int, int, uintptr_t)') as (
    fd: number,
    vector: number,
    length: number,
    flags: number,
    timeout: number,
  ) => number,
  poll: lib.func('int poll(uintptr_t, unsigned long, int)') as (
    fds: number,
    count: number,
    timeoutMs: number,
  ) => number,
  close: lib.func('int close(int)') as (fd: number) => number,
  eventfd: lib.func('int eventfd(unsigned int, int)') as (initial: number, flags: number) => number,
  read: lib.func('intptr_t read(int, void *, size_t)') as (
    fd: number,
    buffer: Uint8Array,
    length: number,
  ) => number,
  write: lib.func('intptr_t write(int, const void *, size_t)') as (
    fd: number,
    bytes: Uint8Array,
    length: number,
  ) => number,
  prctl: lib.func('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)') as (
    option: number,
    arg2: number,
    arg3: number,
    arg4: number,
    arg5: number,
  ) => number,
  execve: lib.func('int execve(const char *, uintptr_t, uintptr_t)') as (
    file: string,
    argv: number,
    envp: number,
  ) => number,
  fcntl: lib.func('int fcntl(int, int, int)') as (
    fd: number,
    command: number,
    arg: number,
  ) => number,
  /** For calls that older C libraries have no function for. */
  syscall: lib.func('long syscall(long, unsigned long, unsigned long, unsigned long)') as (
    number: number,
    arg1: number,
    arg2: number,
    arg3: number,
  ) => number,
  setrlimit: lib.func('int setrlimit(int, const void *)') as (
    resource: number,
    limit: Uint8Array,
  ) => number,
  exit: lib.func('void _exit(int)') as (code: number) => void,
  setpriority: lib.func('int setpriority(int, int, int)') as (
    which: number,
    who: number,
    nice: number,
  ) => number,
  usleep: lib.func('int usleep(unsigned int)') as (microseconds: number) => number,
  getppid: lib.func('int getppid()') as () => number,
  unlink: lib.func('int unlink(const char *)') as (path: string) => number,
  unshare: lib.func('int unshare(int)') as (flags: number) => number,
  clockGetres: lib.func('int clock_getres(int, void *)') as (
    clock: number,
    resolution: Uint8Array,
  ) => number,
}
