import { copyBytes, latin1 } from '../text'
import { recordTypeNumber, recordTypes } from '../tables'
import { ByteNames } from './byte-names'
import { decimalAt } from './scan'
import { AuditRecord, MALFORMED } from './record'

const SPACE = 0x20
const COLON = 0x3a
const DOT = 0x2e
const CLOSE = 0x29

const typeNames = new ByteNames(recordTypes)

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))
const AUDIT = ascii('audit(')
const NODE = ascii('node=')
const TYPE_ = ascii('type=')
const MSG = ascii('msg=')

function startsWith(bytes: Uint8Array, at: number, end: number, text: Uint8Array): boolean {
  if (end - at < text.length) return false
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false
  return true
}

/**
 * Makes records out of text. Keeps the last node name, so that a log of one machine has one string for it; otherwise
 * without state. Bad input gives `undefined`, never an exception.
 */
export class RecordParser {
  private node = ''
  private nodeBytes: Uint8Array = new Uint8Array(0)

  /**
   * A record from netlink: the type is the message's, the text is `audit(SEC.MS:SERIAL): ...`.
   * @param node the machine it came from; empty for this one
   */
  netlink(
    type: number,
    bytes: Uint8Array,
    start = 0,
    end = bytes.length,
    node = '',
  ): AuditRecord | undefined {
    let last = end
    while (last > start && (bytes[last - 1] === 0x0a || bytes[last - 1] === 0)) last--
    return this.stamped(type, node, bytes, start, start, last)
  }

  /** A record from a line of a log (without line end): `[node=N ]type=T msg=audit(...): ...`. */
  line(bytes: Uint8Array, start = 0, end = bytes.length): AuditRecord | undefined {
    let at = start
    let node = ''
    if (startsWith(bytes, at, end, NODE)) {
      let stop = at + NODE.length
      while (stop < end && bytes[stop] !== SPACE) stop++
      node = this.nodeName(bytes, at + NODE.length, stop)
      at = stop + 1
    }
    if (!startsWith(bytes, at, end, TYPE_)) return undefined
    at += TYPE_.length
    let stop = at
    while (stop < end && bytes[stop] !== SPACE) stop++
    const type = this.typeNumber(bytes, at, stop)
    if (type < 0) return undefined
    at = stop + 1
    // The kernel log has "type=1400 audit(...)", without msg=.
    if (startsWith(bytes, at, end, MSG)) at += MSG.length
    return this.stamped(type, node, bytes, start, at, end)
  }

  /** A line that is no record, kept as it is under the time of what came before it. */
  malformed(bytes: Uint8Array, start: number, end: number, time: number): AuditRecord {
    return new AuditRecord(MALFORMED, time, 0, '', bytes, start, start, start, end)
  }

  private nodeName(bytes: Uint8Array, start: number, end: number): string {
    const known = this.nodeBytes
    let same = known.length === end - start
    for (let i = 0; same && i < known.length; i++) same = known[i] === bytes[start + i]
    if (!same) {
      this.nodeBytes = copyBytes(bytes, start, end)
      this.node = latin1(bytes, start, end)
    }
    return this.node
  }

  private typeNumber(bytes: Uint8Array, start: number, end: number): number {
    const known = typeNames.find(bytes, start, end)
    if (known >= 0) return known
    const digits = end - start <= 5 ? decimalAt(bytes, start, end, -1) : -1
    return digits >= 0
      ? digits
      : (recordTypeNumber(latin1(bytes, start, Math.min(end, start + 64))) ?? -1)
  }

  /** `audit(SEC.MS:SERIAL): body`; the body may be empty, as that of EOE is. */
  private stamped(
    type: number,
    node: string,
    bytes: Uint8Array,
    start: number,
    stamp: number,
    end: number,
  ): AuditRecord | undefined {
    if (!startsWith(bytes, stamp, end, AUDIT)) return undefined
    let i = stamp + AUDIT.length
    let seconds = 0
    const secondsStart = i
    for (; i < end && bytes[i] !== DOT; i++) {
      const digit = bytes[i]! - 0x30
      if (digit < 0 || digit > 9) return undefined
      seconds = seconds * 10 + digit
    }
    // 13 digits are the year 318,857: more is not a time.
    if (i === secondsStart || i - secondsStart > 13) return undefined
    i++
    let ms = 0
    const msStart = i
    for (; i < end && bytes[i] !== COLON; i++) {
      const digit = bytes[i]! - 0x30
      if (digit < 0 || digit > 9) return undefined
      ms = ms * 10 + digit
    }
    if (i === msStart || i - msStart > 3) return undefined
    i++
    let serial = 0
    const serialStart = i
    for (; i < end && bytes[i] !== CLOSE; i++) {
      const digit = bytes[i]! - 0x30
      if (digit < 0 || digit > 9) return undefined
      serial = serial * 10 + digit
    }
    if (i === serialStart || i - serialStart > 10 || serial > 0xffffffff || i >= end)
      return undefined
    let body = i + 1
    if (bytes[body] === COLON) body++
    if (body < end && bytes[body] === SPACE) body++
    return new AuditRecord(
      type,
      seconds * 1000 + ms,
      serial,
      node,
      bytes,
      start,
      stamp,
      Math.min(body, end),
      end,
    )
  }
}
