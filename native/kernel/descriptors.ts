/** File descriptors that Node has no interface for. */
import { errno, errnoName, libc } from './libc'

const EFD_CLOEXEC = 0o2000000
const EFD_NONBLOCK = 0o4000
const CLONE_FILES = 0x400
const ONE = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0)

/** Makes an eventfd (eventfd(2)), which wakes a poll in another thread. */
export function makeEventfd(): number {
  const fd = libc.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)
  if (fd < 0) throw new Error(`eventfd failed: ${errnoName(errno())}`)
  return fd
}

/** Makes the eventfd readable. */
export function signalEventfd(fd: number): void {
  libc.write(fd, ONE, ONE.length)
}

/** Closes a descriptor. */
export function closeDescriptor(fd: number): void {
  libc.close(fd)
}

/**
 * Gives the calling thread a descriptor table of its own (unshare(2), CLONE_FILES). A thread that the kernel puts to
 * sleep then does not keep the event socket open when the process is killed: the socket closes, and the kernel notices
 * at once that the daemon has gone.
 */
export function unshareDescriptors(): void {
  if (libc.unshare(CLONE_FILES) < 0) throw new Error(`unshare failed: ${errnoName(errno())}`)
}
