/**
 * The kernel's `struct audit_status` (uapi/linux/audit.h), both ways.
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
  /** Bit set of AUDIT_FEATURE_BITMAP_* (features.ts); null before Linux 3.14. */
  featureBitmap: number | null
  /** Jiffies that a task may wait for room in the backlog; null before Linux 3.14. */
  backlogWaitTime: number | null
  /** Jiffies that tasks have waited, all together, since boot or the last reset; null before Linux 5.9. */
  backlogWaitTimeActual: number | null
}

/** Settings that AUDIT_SET takes; the resets are of their own kind ({@link encodeReset}). */
export type SettingName =
  'enabled' | 'failure' | 'pid' | 'rateLimit' | 'backlogLimit' | 'backlogWaitTime'

/** Counters that AUDIT_SET sets to 0. */
export type ResetName = 'lost' | 'backlogWaitTimeActual'

/** Offsets in the struct, bytes. The first u32 is the mask of AUDIT_SET. */
const OFFSETS = {
  enabled: 4,
  failure: 8,
  pid: 12,
  rateLimit: 16,
  backlogLimit: 20,
  lost: 24,
  backlog: 28,
  featureBitmap: 32,
  backlogWaitTime: 36,
  backlogWaitTimeActual: 40,
} as const satisfies Record<keyof AuditStatus, number>

/** Bytes of the struct that every kernel has answered since 2.6. */
export const STATUS_MIN_BYTES = 32
/** Bytes of the struct today. AUDIT_SET of the wait time needs all that the kernel knows, so requests have all. */
export const STATUS_BYTES = 44

/** Bits of `mask`: what an AUDIT_SET changes (AUDIT_STATUS_*). */
export const SETTING_MASK: Readonly<Record<SettingName, number>> = {
  enabled: 0x01,
  failure: 0x02,
  pid: 0x04,
  rateLimit: 0x08,
  backlogLimit: 0x10,
  backlogWaitTime: 0x20,
}

/** Bits of `mask` that reset a counter; each must stand alone. */
export const RESET_MASK: Readonly<Record<ResetName, number>> = {
  lost: 0x40,
  backlogWaitTimeActual: 0x80,
}

/** Decodes an AUDIT_GET reply of any kernel, or null when it is shorter than any kernel's. */
export function decodeStatus(payload: Uint8Array): AuditStatus | null {
  if (payload.length < STATUS_MIN_BYTES) return null
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  const word = (name: keyof AuditStatus) => view.getUint32(OFFSETS[name], true)
  const optional = (name: keyof AuditStatus) =>
    OFFSETS[name] + 4 <= payload.length ? word(name) : null
  return {
    enabled: word('enabled'),
    failure: word('failure'),
    pid: word('pid'),
    rateLimit: word('rateLimit'),
    backlogLimit: word('backlogLimit'),
    lost: word('lost'),
    backlog: word('backlog'),
    featureBitmap: optional('featureBitmap'),
    backlogWaitTime: optional('backlogWaitTime'),
    backlogWaitTimeActual: optional('backlogWaitTimeActual'),
  }
}

/** Encodes a status as the kernel would, cut to `size` bytes: for tests, and to play a kernel. */
export function encodeStatus(status: AuditStatus, size = STATUS_BYTES): Uint8Array<ArrayBuffer> {
  const full = new Uint8Array(STATUS_BYTES)
  const view = new DataView(full.buffer)
  for (const [name, offset] of Object.entries(OFFSETS)) {
    view.setUint32(offset, status[name as keyof AuditStatus] ?? 0, true)
  }
  return full.slice(0, size)
}

/**
 * Encodes AUDIT_SET for the given settings. The kernel applies them in the order of the mask's bits and stops at the
 * first that it refuses: whoever must know which one failed sends them one by one.
 */
export function encodeSettings(
  settings: Partial<Record<SettingName, number>>,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(STATUS_BYTES)
  const view = new DataView(bytes.buffer)
  let mask = 0
  for (const [name, value] of Object.entries(settings)) {
    mask |= SETTING_MASK[name as SettingName]
    view.setUint32(OFFSETS[name as SettingName], value, true)
  }
  view.setUint32(0, mask, true)
  return bytes
}

/** Encodes AUDIT_SET that resets a counter. The acknowledgement's error field then holds the old value, positive. */
export function encodeReset(name: ResetName): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(STATUS_BYTES)
  new DataView(bytes.buffer).setUint32(0, RESET_MASK[name], true)
  return bytes
}
