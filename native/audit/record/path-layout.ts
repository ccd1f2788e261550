const SPACE = 0x20
const QUOTE = 0x22
const APOSTROPHE = 0x27
const EQUALS = 0x3d
const LETTER_N = 0x6e
const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))
const ITEM = bytesOf('item=')
const NAME = bytesOf('name=')
const NAMETYPE = bytesOf('nametype=')

/**
 * A PATH record in the kernel's layout (kernel/auditsc.c, audit_log_name): `item=0 name=… inode=… … nametype=…`. Says
 * where name and nametype are without scanning the fields between them; what deviates is not read at all.
 */
export class PathLayout {
  /** Offsets of the name's value, quotes included. */
  nameStart = 0
  nameEnd = 0
  /** Offset of the value of nametype. */
  nametype = 0

  /** Reads the record's text [start, end). False when it has another layout. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    if (!hasAt(bytes, start, ITEM)) return false
    let at = start + ITEM.length
    while (at < end && (bytes[at]! - 0x30) >>> 0 < 10) at++
    if (bytes[at] !== SPACE || !hasAt(bytes, at + 1, NAME)) return false
    at += 1 + NAME.length
    this.nameStart = at
    if (bytes[at] === QUOTE) {
      at++
      while (at < end && bytes[at] !== QUOTE) at++
      at++
    } else {
      // Hexadecimal, or (null): whatever else a value may be is read as any field is.
      while (at < end && bytes[at]! > APOSTROPHE && bytes[at] !== EQUALS) at++
    }
    this.nameEnd = at
    for (;;) {
      if (at >= end || bytes[at] !== SPACE) return false
      at++
      if (bytes[at] === LETTER_N && hasAt(bytes, at, NAMETYPE)) {
        this.nametype = at + NAMETYPE.length
        return this.nametype < end
      }
      // Between the two there are plain values only: a quote or a control character is no layout of the kernel's.
      for (;;) {
        const byte = bytes[at]!
        if (byte <= APOSTROPHE || at >= end) break
        at++
      }
    }
  }
}

function hasAt(bytes: Uint8Array, at: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return false
  return true
}
