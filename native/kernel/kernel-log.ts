/** What the kernel's log says about audit. Reads /dev/kmsg (Documentation/ABI/testing/dev-kmsg), one message a read. */
import { closeSync, constants, openSync, readSync } from 'node:fs'
import type { KernelLogFacts } from '../audit/doctor/facts'

const MAX_COMPLAINTS = 20
/** A log holds some thousand messages; more than this would be a log that grows while it is read. */
const MAX_MESSAGES = 1_000_000
/** printk's limit for one message (PRINTK_MESSAGE_MAX) with its prefix. */
const MESSAGE_BYTES = 8192 + 512

/** kauditd_printk_skb: `audit: type=1300 audit(...): ...`. */
const RECORD = /^audit: type=\d+ audit\(/
/**
 * Types that exist only while auditing is on: of user space (audit_receive_msg), of the login (audit_log_set_loginuid) and of
 * system calls. Security modules (1400 and up) report whether it is or not.
 */
const WHILE_ON = /^audit: type=(?:1006|1[123]\d\d) audit\((\d+)\.(\d{3}):/
/** lib/ratelimit.c for kauditd's printk: `kauditd_printk_skb: 12 callbacks suppressed`. */
const SUPPRESSED = /^(?:audit: )?kauditd_printk_skb: (\d+) callbacks suppressed/
const COMPLAINT =
  /^audit: (?:audit_backlog=|audit_lost=|backlog limit exceeded|rate limit exceeded|kauditd .*overflow|kauditd hold queue|out of memory|auditd dis?appeared|\*NO\* daemon)/

/** Judges the log's messages, without their prefixes. */
export function judgeKernelLog(messages: Iterable<string>): KernelLogFacts {
  const facts: KernelLogFacts = { records: 0, suppressed: 0, complaints: [], onAt: null }
  for (const message of messages) {
    const suppressed = SUPPRESSED.exec(message)
    if (RECORD.test(message)) {
      facts.records++
      const on = WHILE_ON.exec(message)
      const at = on === null ? Infinity : Number(on[1]) * 1000 + Number(on[2])
      if (at < (facts.onAt ?? Infinity)) facts.onAt = at
    } else if (suppressed !== null) facts.suppressed += Number(suppressed[1])
    else if (COMPLAINT.test(message)) {
      facts.complaints.push(message)
      if (facts.complaints.length > MAX_COMPLAINTS) facts.complaints.shift()
    }
  }
  return facts
}

/** The facts, or null when the log may not be read (dmesg_restrict without CAP_SYSLOG). */
export function readKernelLog(): KernelLogFacts | null {
  let fd: number
  try {
    fd = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK)
  } catch {
    return null
  }
  try {
    return judgeKernelLog(kernelMessages(fd))
  } finally {
    closeSync(fd)
  }
}

/** The messages that are in the log now; continuation lines (structured data) are left out. */
function* kernelMessages(fd: number): Generator<string> {
  const buffer = Buffer.allocUnsafe(MESSAGE_BYTES)
  for (let i = 0; i < MAX_MESSAGES; i++) {
    let length: number
    try {
      length = readSync(fd, buffer)
    } catch (error) {
      // The message was overwritten before it was read: the next read goes on with the oldest one left.
      if ((error as NodeJS.ErrnoException).code === 'EPIPE') continue
      return
    }
    if (length === 0) return
    const line = buffer.toString('utf8', 0, length)
    const start = line.indexOf(';')
    const end = line.indexOf('\n')
    yield line.slice(start + 1, end < 0 ? undefined : end)
  }
}
