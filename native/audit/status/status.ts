/**
 * The kernel's `struct audit_status` (uapi/linux/audit.h) as a value.
 * Fields that a kernel does not report (the struct grew over the years) are null, never a made-up 0.
 */

/** What AUDIT_GET answers. Counters are the kernel's own 32-bit values. */
export interface AuditStatus {
  /** 0 off, 1 on, 2 on and locked until the next boot. */
  enabled: number
  /** What the kernel does when it loses a record: 0 nothing, 1 prints, 2 panics. */
  failure: number
  /** Process id of the registered audit daemon, 0 when there is none (as seen from the initial pid namespace). */
  pid: number
  /** Records per second, 0 for no limit. */
  rateLimit: number
  /** Records that may wait in the main queue, 0 for no limit. */
  backlogLimit: number
  /** Records that the kernel counts as lost since boot or the last reset. */
  lost: number
  /** Records waiting in the main queue now; the retry and hold queues are not in it. */
  backlog: number
  /** Bit set of AUDIT_FEATURE_BITMAP_*; null before Linux 3.13 or so, where this word was a version. */
  featureBitmap: number | null
  /** Jiffies that a task may wait for room in the backlog; null before Linux 3.14. */
  backlogWaitTime: number | null
  /** Jiffies that tasks have waited, all together, since boot or the last reset; null before Linux 5.9. */
  backlogWaitTimeActual: number | null
}
