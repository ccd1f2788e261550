/** Syscalls that do the same by other ways: who names one means all, and programs use the newest. */

const FAMILIES: readonly (readonly string[])[] = [
  'open openat openat2 open_by_handle_at creat',
  'unlink unlinkat',
  'rename renameat renameat2',
  'rmdir unlinkat',
  'mkdir mkdirat',
  'mknod mknodat',
  'link linkat',
  'symlink symlinkat',
  'chmod fchmod fchmodat fchmodat2',
  'chown fchown lchown fchownat',
  'chown32 fchown32 lchown32 fchownat',
  'truncate ftruncate',
  'setxattr lsetxattr fsetxattr',
  'removexattr lremovexattr fremovexattr',
  'execve execveat',
  'init_module finit_module',
  'umount umount2',
  'accept accept4',
  'settimeofday clock_settime adjtimex clock_adjtime',
  'kill tkill tgkill',
  'process_vm_readv process_vm_writev',
].map((names) => names.split(' '))

/** Syscalls that a program makes thousands of times a second. */
export const HOT_SYSCALLS: ReadonlySet<string> = new Set(
  (
    'read write readv writev pread64 pwrite64 pread pwrite close poll ppoll select pselect6 epoll_wait epoll_pwait ' +
    'epoll_pwait2 futex recvfrom recvmsg recvmmsg sendto sendmsg sendmmsg clock_gettime gettimeofday nanosleep ' +
    'clock_nanosleep mmap mmap2 munmap mprotect brk madvise stat stat64 lstat lstat64 fstat fstat64 fstatat64 ' +
    'newfstatat statx access faccessat faccessat2 lseek _llseek fcntl fcntl64 ioctl getpid gettid getuid ' +
    'rt_sigprocmask rt_sigaction sched_yield io_uring_enter getdents getdents64 readlink readlinkat open openat'
  ).split(' '),
)

/** Members of the named syscalls' families that are not named and that a machine has. */
export function missingRelatives(
  named: ReadonlySet<string>,
  exists: (name: string) => boolean,
): string[] {
  const missing = new Set<string>()
  for (const family of FAMILIES) {
    if (!named.has(family[0]!)) continue
    for (const name of family) if (!named.has(name) && exists(name)) missing.add(name)
  }
  return [...missing]
}
