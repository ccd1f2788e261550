/** The syscall mask of a rule: 64 words of 32 bits, bit N for syscall number N. */
import { MASK_WORDS } from './model'

/** Numbers that fit in a mask. */
export const MASK_BITS = MASK_WORDS * 32

/** A mask with no bit set. */
export function emptyMask(): Uint32Array {
  return new Uint32Array(MASK_WORDS)
}

/** A mask with every bit set: what auditctl sends for `-S all`. */
export function fullMask(): Uint32Array {
  return new Uint32Array(MASK_WORDS).fill(0xffffffff)
}

/** The masks of most rules, shared because a mask of one's own costs memory off the heap. Nobody writes to them. */
export const FULL_MASK = fullMask()
export const EMPTY_MASK = emptyMask()

/** Sets a bit; false when the number does not fit. */
export function setBit(mask: Uint32Array, number: number): boolean {
  if (number < 0 || number >= MASK_BITS) return false
  mask[number >>> 5] = (mask[number >>> 5]! | (1 << (number & 31))) >>> 0
  return true
}

/** Whether a bit is set. */
export function hasBit(mask: Uint32Array, number: number): boolean {
  return number >= 0 && number < MASK_BITS && (mask[number >>> 5]! & (1 << (number & 31))) !== 0
}

/** The numbers whose bits are set, ascending. */
export function maskNumbers(mask: Uint32Array): number[] {
  const numbers: number[] = []
  for (let word = 0; word < MASK_WORDS; word++) {
    let bits = mask[word]!
    while (bits !== 0) {
      const bit = 31 - Math.clz32(bits & -bits)
      numbers.push(word * 32 + bit)
      bits &= bits - 1
    }
  }
  return numbers
}

/** Whether auditctl calls the mask `all`: every word but the last is full (the kernel clears part of the last one). */
export function isFull(mask: Uint32Array): boolean {
  for (let word = 0; word < MASK_WORDS - 1; word++) if (mask[word] !== 0xffffffff) return false
  return true
}

/** Whether no bit is set. */
export function isEmpty(mask: Uint32Array): boolean {
  return mask.every((word) => word === 0)
}

/** Bits of syscall classes, which the kernel expands into their syscalls and clears (AUDIT_SYSCALL_CLASSES = 16). */
export const CLASS_BITS = 0xffff0000

/** The mask as the kernel keeps it: without the class bits at its end. */
export function keptMask(mask: Uint32Array): Uint32Array {
  const kept = mask.slice()
  kept[MASK_WORDS - 1] = (kept[MASK_WORDS - 1]! & ~CLASS_BITS) >>> 0
  return kept
}
