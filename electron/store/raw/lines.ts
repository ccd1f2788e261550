/** Records of the helper's frames as lines of an audit.log: `type=SYSCALL msg=audit(…): …`, what auditd writes too. */
import { forEachRecord, recordCount } from '@native/audit/netlink/records-frame'
import { recordTypeName } from '@native/audit/tables'

const NEWLINE = 0x0a
/** Longest `type=… msg=` and the newline. */
const MOST_ADDED = 48
/**
 * A message of user space can have a newline, which would let it forge whole records. It becomes U+2424, the symbol for
 * newline: as visible as it should be, and nothing else is written for it.
 */
const NEWLINE_SYMBOL = Buffer.from('\u2424').toString('latin1')

const prefixes = new Map<number, Uint8Array>()

function prefixOf(type: number): Uint8Array {
  let prefix = prefixes.get(type)
  if (prefix === undefined) {
    prefix = new TextEncoder().encode(`type=${recordTypeName(type)} msg=`)
    prefixes.set(type, prefix)
  }
  return prefix
}

/** The lines of a frame's payload, and how many records they are (fewer than its header says when it is malformed). */
export function linesOf(payload: Uint8Array): { lines: Buffer; records: number } {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  let lines = Buffer.allocUnsafe(bytes.length + recordCount(bytes) * MOST_ADDED)
  let at = 0
  let newline = nextNewline(bytes, 0)
  const records = forEachRecord(bytes, (type, from, to) => {
    if (newline < from) newline = nextNewline(bytes, from)
    const text = newline < to ? symbolised(bytes.subarray(from, to)) : null
    const prefix = prefixOf(type)
    const needed = at + prefix.length + (text?.length ?? to - from) + 1
    if (needed > lines.length) lines = Buffer.concat([lines.subarray(0, at)], needed + bytes.length)
    lines.set(prefix, at)
    at += prefix.length
    at += text === null ? bytes.copy(lines, at, from, to) : text.copy(lines, at)
    lines[at++] = NEWLINE
  })
  return { lines: lines.subarray(0, at), records }
}

/** The next byte 10, which may be part of a header; the end when there is none. */
function nextNewline(bytes: Buffer, from: number): number {
  const found = bytes.indexOf(NEWLINE, from)
  return found < 0 ? bytes.length : found
}

function symbolised(text: Buffer): Buffer {
  return Buffer.from(text.toString('latin1').replaceAll('\n', NEWLINE_SYMBOL), 'latin1')
}
