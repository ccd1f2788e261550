import { HEX_DIGIT } from '../text'
import { SpanCache } from './span-cache'

const SPACE = 0x20
const MINUS = 0x2d
const EQUALS = 0x3d
const LETTER_A = 0x61
/** `exit` as the four bytes lie in memory, for one comparison in place of four. */
const EXIT = [0x65, 0x78, 0x69, 0x74] as const

/** Longest `arch=… syscall=… per=… success=…` that is looked at. */
const LONGEST_PREFIX = 96
const PREFIX_SLOTS = 1024

/**
 * The beginning of a SYSCALL record in the one layout that the kernel has had for many years (kernel/auditsc.c,
 * audit_log_exit): `arch= syscall= [per=] success= exit= a0= a1= a2= a3= items=`, and behind it who acted. A third of all
 * records are of this type, and this is read several times as fast as fields are scanned. Whatever deviates by a byte
 * is not read at all: {@link read} says so, and the caller scans fields as for any record.
 *
 * What stands before ` exit=` differs between a few hundred combinations only, and is remembered as a `T`.
 */
export class CallLayout<T> {
  /** What `make` made of the part before ` exit=`. */
  prefix!: T
  /** Offset of the space before `exit=`. */
  prefixEnd = 0
  exitStart = 0
  exitEnd = 0
  /** Offsets of the values of a0 to a3. */
  readonly argumentStart = new Int32Array(4)
  readonly argumentEnd = new Int32Array(4)
  /** Offset behind the value of `items`: the space before `ppid=`. */
  tail = 0

  private readonly prefixes: SpanCache<T | undefined>

  /** @param make makes something of the prefix [start, end); undefined when it is not in the kernel's layout */
  constructor(make: (bytes: Uint8Array, start: number, end: number) => T | undefined) {
    this.prefixes = new SpanCache(make, PREFIX_SLOTS, LONGEST_PREFIX)
  }

  /** Reads the record's text [start, end). False when it has another layout. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    // All offsets below stay within it: `items=` and more follow in any record of this layout.
    if (end - start < LONGEST_PREFIX) return false
    const limit = start + LONGEST_PREFIX - 8
    let at = start
    for (;;) {
      while (at < limit && bytes[at] !== SPACE) at++
      if (at >= limit) return false
      if (isExit(bytes, at + 1)) break
      at++
    }
    const prefix = this.prefixes.get(bytes, start, at)
    if (prefix === undefined) return false
    this.prefix = prefix
    this.prefixEnd = at
    at += 6
    this.exitStart = at
    if (bytes[at] === MINUS) at++
    while (at < end && (bytes[at]! - 0x30) >>> 0 < 10) at++
    this.exitEnd = at
    for (let index = 0; index < 4; index++) {
      if (
        at + 4 >= end ||
        bytes[at] !== SPACE ||
        bytes[at + 1] !== LETTER_A ||
        bytes[at + 2] !== 0x30 + index ||
        bytes[at + 3] !== EQUALS
      )
        return false
      at += 4
      this.argumentStart[index] = at
      while (at < end && HEX_DIGIT[bytes[at]!]! !== 255) at++
      this.argumentEnd[index] = at
    }
    if (!isItems(bytes, at)) return false
    at += 7
    while (at < end && (bytes[at]! - 0x30) >>> 0 < 10) at++
    this.tail = at
    return at < end && bytes[at] === SPACE
  }
}

function isExit(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === EXIT[0] &&
    bytes[at + 1] === EXIT[1] &&
    bytes[at + 2] === EXIT[2] &&
    bytes[at + 3] === EXIT[3] &&
    bytes[at + 4] === EQUALS
  )
}

/** ` items=`; what lies beyond the buffer compares unequal. */
function isItems(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === SPACE &&
    bytes[at + 1] === 0x69 &&
    bytes[at + 2] === 0x74 &&
    bytes[at + 3] === 0x65 &&
    bytes[at + 4] === 0x6d &&
    bytes[at + 5] === 0x73 &&
    bytes[at + 6] === EQUALS
  )
}

/** The kernel's layout of the prefix, with its numbers; null for any other text. */
export function parseCallPrefix(
  text: string,
): { arch: number; syscall: number; success: string } | null {
  const match = PREFIX.exec(text)
  if (match === null) return null
  return { arch: parseInt(match[1]!, 16), syscall: Number(match[2]), success: match[3]! }
}
const PREFIX = /^arch=([0-9a-f]{1,8}) syscall=(\d{1,10}) (?:per=[0-9a-f]{1,16} )?success=(yes|no)$/
