/** Bit sets over the events of a chunk: the form in which queries are combined and results are kept. */

export type Bits = Uint32Array

/** Words of a set over `count` events. */
export function wordsFor(count: number): number {
  return (count + 31) >>> 5
}

/** A set of all of `count` events. */
export function fullBits(count: number): Bits {
  const bits = new Uint32Array(wordsFor(count)).fill(0xffffffff)
  clearTail(bits, count)
  return bits
}

/** Clears the bits beyond `count`, which `not` would set. */
function clearTail(bits: Bits, count: number): void {
  const rest = count & 31
  if (rest !== 0) bits[bits.length - 1]! &= 0xffffffff >>> (32 - rest)
}

export function notBits(bits: Bits, count: number): Bits {
  for (let word = 0; word < bits.length; word++) bits[word] = ~bits[word]!
  clearTail(bits, count)
  return bits
}

/** `left` becomes what both have. */
export function andBits(left: Bits, right: Bits): Bits {
  for (let word = 0; word < left.length; word++) left[word]! &= right[word]!
  return left
}

/** `left` becomes what either has. */
export function orBits(left: Bits, right: Bits): Bits {
  for (let word = 0; word < left.length; word++) left[word]! |= right[word]!
  return left
}

function countWord(word: number): number {
  word -= (word >>> 1) & 0x55555555
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333)
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** How many events are in the set. */
export function countBits(bits: Bits): number {
  let count = 0
  for (let word = 0; word < bits.length; word++) count += countWord(bits[word]!)
  return count
}

/** How many events of the set are before `index`. */
export function rankBits(bits: Bits, index: number): number {
  const whole = index >>> 5
  let rank = 0
  for (let word = 0; word < whole; word++) rank += countWord(bits[word]!)
  const rest = index & 31
  return rest === 0 ? rank : rank + countWord(bits[whole]! & (0xffffffff >>> (32 - rest)))
}

/** The index of the event with rank `rank` (0 is the first); -1 when there are fewer. */
export function selectBit(bits: Bits, rank: number): number {
  let left = rank
  for (let word = 0; word < bits.length; word++) {
    const count = countWord(bits[word]!)
    if (left < count) return word * 32 + selectInWord(bits[word]!, left)
    left -= count
  }
  return -1
}

function selectInWord(word: number, rank: number): number {
  let rest = word
  for (let skipped = 0; skipped < rank; skipped++) rest &= rest - 1
  return 31 - Math.clz32(rest & -rest)
}

export function hasBit(bits: Bits, index: number): boolean {
  return ((bits[index >>> 5]! >>> (index & 31)) & 1) === 1
}

export function setBit(bits: Bits, index: number): void {
  bits[index >>> 5]! |= 1 << (index & 31)
}

export function clearBit(bits: Bits, index: number): void {
  bits[index >>> 5]! &= ~(1 << (index & 31))
}

/** Calls `visit` with each index in the set, in order. */
export function forEachBit(bits: Bits, visit: (index: number) => void): void {
  for (let word = 0; word < bits.length; word++) {
    let rest = bits[word]!
    while (rest !== 0) {
      visit(word * 32 + 31 - Math.clz32(rest & -rest))
      rest &= rest - 1
    }
  }
}
