/**
 * The payload of a records frame: what the drain received, as slices of its ring. No process between the drain and the
 * store looks into it.
 *
 *     header, 32 bytes, little-endian
 *        0  u64  index of the first record: records received since the helper started, dropped ones included,
 *                so that a jump from one frame to the next is exactly what the ring dropped there
 *        8  u32  records in this frame
 *       12  u32  subscription that they belong to, counted from 1
 *       16  u64  records dropped by the ring since the helper started
 *       24  f64  when the frame was cut, ms since the epoch
 *     then per record, starting at a multiple of 4
 *        0  u16  type (nlmsg_type)
 *        2  u16  flags (nlmsg_flags)
 *        4  u32  length of the text, bytes
 *        8       text, as the kernel wrote it, without a NUL; padded with up to 3 bytes to a multiple of 4
 */

/** Bytes before the first record. */
export const RECORDS_HEADER_BYTES = 32
/** Bytes before a record's text. */
export const RECORD_HEADER_BYTES = 8

const TWO_32 = 0x1_0000_0000

/** The header of a records frame. Counts are safe integers. */
export interface RecordsHeader {
  firstIndex: number
  count: number
  subscription: number
  ringDropped: number
  /** ms since the epoch. */
  cutAt: number
}

/** A record of a frame, for tests and tools; the hot path uses {@link forEachRecord}. */
export interface FrameRecord {
  type: number
  flags: number
  text: Uint8Array
}

/** Bytes that a record with `textLength` bytes of text takes in a frame. */
export function recordBytes(textLength: number): number {
  return RECORD_HEADER_BYTES + ((textLength + 3) & ~3)
}

/** Writes the header at `offset`. */
export function writeRecordsHeader(view: DataView, offset: number, header: RecordsHeader): void {
  view.setUint32(offset, header.firstIndex % TWO_32, true)
  view.setUint32(offset + 4, Math.floor(header.firstIndex / TWO_32), true)
  view.setUint32(offset + 8, header.count, true)
  view.setUint32(offset + 12, header.subscription, true)
  view.setUint32(offset + 16, header.ringDropped % TWO_32, true)
  view.setUint32(offset + 20, Math.floor(header.ringDropped / TWO_32), true)
  view.setFloat64(offset + 24, header.cutAt, true)
}

/** Reads the header, or null when the payload is too short to have one. */
export function readRecordsHeader(payload: Uint8Array): RecordsHeader | null {
  if (payload.length < RECORDS_HEADER_BYTES) return null
  const view = viewOf(payload)
  return {
    firstIndex: view.getUint32(0, true) + view.getUint32(4, true) * TWO_32,
    count: view.getUint32(8, true),
    subscription: view.getUint32(12, true),
    ringDropped: view.getUint32(16, true) + view.getUint32(20, true) * TWO_32,
    cutAt: view.getFloat64(24, true),
  }
}

/** How many records a frame holds, from its header alone; 0 when the payload is too short. */
export function recordCount(payload: Uint8Array): number {
  return payload.length < RECORDS_HEADER_BYTES ? 0 : viewOf(payload).getUint32(8, true)
}

/**
 * Calls `visit` for each record with where its text lies in the payload; allocates nothing per record.
 * Returns the number of records visited, less than the header's count when the payload is cut short or malformed.
 */
export function forEachRecord(
  payload: Uint8Array,
  visit: (type: number, start: number, end: number, flags: number) => void,
): number {
  const total = recordCount(payload)
  const length = payload.length
  let at = RECORDS_HEADER_BYTES
  let seen = 0
  while (seen < total && at + RECORD_HEADER_BYTES <= length) {
    const type = payload[at]! | (payload[at + 1]! << 8)
    const flags = payload[at + 2]! | (payload[at + 3]! << 8)
    const size =
      (payload[at + 4]! |
        (payload[at + 5]! << 8) |
        (payload[at + 6]! << 16) |
        (payload[at + 7]! << 24)) >>>
      0
    const start = at + RECORD_HEADER_BYTES
    if (start + size > length) break
    visit(type, start, start + size, flags)
    seen++
    at += recordBytes(size)
  }
  return seen
}

/** Decodes a whole frame, or null when it is malformed. For tests and tools. */
export function decodeRecords(
  payload: Uint8Array,
): { header: RecordsHeader; records: FrameRecord[] } | null {
  const header = readRecordsHeader(payload)
  if (header === null) return null
  const records: FrameRecord[] = []
  const seen = forEachRecord(payload, (type, start, end, flags) => {
    records.push({ type, flags, text: payload.subarray(start, end) })
  })
  return seen === header.count ? { header, records } : null
}

/** Encodes a frame's payload; `header.count` is taken from `records`. For tests and tools. */
export function encodeRecords(
  header: Omit<RecordsHeader, 'count'>,
  records: readonly FrameRecord[],
): Uint8Array {
  const size = records.reduce((sum, record) => sum + recordBytes(record.text.length), 0)
  const payload = new Uint8Array(RECORDS_HEADER_BYTES + size)
  const view = viewOf(payload)
  writeRecordsHeader(view, 0, { ...header, count: records.length })
  let at = RECORDS_HEADER_BYTES
  for (const { type, flags, text } of records) {
    view.setUint16(at, type, true)
    view.setUint16(at + 2, flags, true)
    view.setUint32(at + 4, text.length, true)
    payload.set(text, at + RECORD_HEADER_BYTES)
    at += recordBytes(text.length)
  }
  return payload
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
