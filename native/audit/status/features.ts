/**
 * What a kernel's audit can do: the feature bitmap of AUDIT_GET, and the switches of AUDIT_GET_FEATURE
 * (`struct audit_features`, uapi/linux/audit.h).
 */

/** A bit of the feature bitmap. */
export interface BitmapFeature {
  /** AUDIT_FEATURE_BITMAP_ and this. */
  name: string
  bit: number
  /** What it makes possible, one sentence. */
  meaning: string
}

/** The feature bitmap's bits. No bit tells io_uring (5.16), saddr_fam (5.3) or the actual wait time (5.9). */
export const BITMAP_FEATURES: readonly BitmapFeature[] = [
  { name: 'BACKLOG_LIMIT', bit: 0x01, meaning: 'The backlog limit can be set.' },
  { name: 'BACKLOG_WAIT_TIME', bit: 0x02, meaning: 'The backlog wait time can be set.' },
  { name: 'EXECUTABLE_PATH', bit: 0x04, meaning: 'Rules can name an executable (exe=).' },
  { name: 'EXCLUDE_EXTEND', bit: 0x08, meaning: 'The exclude list takes more fields.' },
  { name: 'SESSIONID_FILTER', bit: 0x10, meaning: 'Rules can name a session (sessionid=).' },
  { name: 'LOST_RESET', bit: 0x20, meaning: 'The lost counter can be reset.' },
  { name: 'FILTER_FS', bit: 0x40, meaning: 'There is a filesystem list.' },
]

/** The features of a bitmap. */
export function bitmapFeatures(bitmap: number): BitmapFeature[] {
  return BITMAP_FEATURES.filter(({ bit }) => (bitmap & bit) !== 0)
}

/** Names of the switches, by their bit number. */
export const SWITCHES = ['only_unset_loginuid', 'loginuid_immutable'] as const
export type SwitchName = (typeof SWITCHES)[number]

/** A switch's state. A locked one stays as it is until the next boot. */
export interface SwitchState {
  name: SwitchName
  enabled: boolean
  locked: boolean
}

/** Bytes of struct audit_features: version, mask, features, lock. */
const FEATURES_BYTES = 16
/** AUDIT_FEATURE_VERSION. */
const FEATURES_VERSION = 1

/** Decodes an AUDIT_GET_FEATURE reply, or null when it is too short. */
export function decodeSwitches(payload: Uint8Array): SwitchState[] | null {
  if (payload.length < FEATURES_BYTES) return null
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  const enabled = view.getUint32(8, true)
  const locked = view.getUint32(12, true)
  return SWITCHES.map((name, bit) => ({
    name,
    enabled: (enabled & (1 << bit)) !== 0,
    locked: (locked & (1 << bit)) !== 0,
  }))
}

/** Encodes AUDIT_SET_FEATURE for one switch; the others stay as they are. */
export function encodeSwitch(state: SwitchState): Uint8Array<ArrayBuffer> {
  const bit = 1 << SWITCHES.indexOf(state.name)
  const bytes = new Uint8Array(FEATURES_BYTES)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, FEATURES_VERSION, true)
  view.setUint32(4, bit, true)
  view.setUint32(8, state.enabled ? bit : 0, true)
  view.setUint32(12, state.locked ? bit : 0, true)
  return bytes
}
