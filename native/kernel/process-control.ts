/** What this process asks of the kernel about itself. */
import { writeFileSync } from 'node:fs'
import { libc } from './libc'
import { sendToKernel } from './netlink-socket'
import { encodeRequest, MessageType, NLM_F_REQUEST } from '../audit/netlink/message'
import { encodeSettings } from '../audit/status/status'

const PR_SET_PDEATHSIG = 1
const PR_SET_DUMPABLE = 4
const SIGTERM = 15

/** Has the kernel send SIGTERM to this process when its parent dies, whatever its privileges (prctl(2)). */
export function endWithParent(): void {
  libc.prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0)
}

/**
 * Keeps other processes of the same user out of this one: no debugger, no /proc/PID/mem or /proc/PID/fd, and no core dump,
 * which a limit alone does not prevent where dumps go to a program (core(5), prctl(2)). All users' helpers run as one user.
 */
export function forbidInspection(): void {
  libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
}

/**
 * Names this process in ps, and in its own audit records (`comm`), where one that was started by /proc/self/exe is "exe".
 * The kernel keeps 15 characters (proc(5)). Threads that start later have the name too. Before {@link forbidInspection}.
 */
export function nameProcess(name: string): void {
  writeFileSync('/proc/self/comm', name)
}

/** Runs `task` while this process owns its files in /proc, which one that forbids inspection does not. */
export function owningProc(task: () => void): void {
  libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
  try {
    task()
  } finally {
    forbidInspection()
  }
}

/** Ends the process at once. Unlike process.exit it does not wait for threads that sleep in the kernel. */
export function exitNow(code: number): never {
  libc.exit(code)
  throw new Error('unreachable')
}

/**
 * Gives the registration up without waiting for an answer; for when the thread that does this in order does not answer.
 * The kernel may put the calling thread to sleep afterwards, until its queue has drained.
 */
export function releaseRegistration(fd: number): void {
  const payload = encodeSettings({ pid: 0 })
  const request = { type: MessageType.AUDIT_SET, flags: NLM_F_REQUEST, seq: 1, payload }
  sendToKernel(fd, encodeRequest(request))
}
