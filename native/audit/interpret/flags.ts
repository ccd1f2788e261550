import { namesOf } from '../tables/names'

/** One name of a flag and its bits. */
type Flag = readonly [name: string, bits: number]

/** The flags of a table in the order of their bits, one name a value. */
export function flagsOf(table: Readonly<Record<string, number>>): readonly Flag[] {
  const seen = new Set<number>()
  return namesOf(table).entries.filter(([, bits]) => {
    if (bits === 0 || seen.has(bits)) return false
    seen.add(bits)
    return true
  })
}

/** Every flag that is set, parted by `|`; empty when none is. Bits without a name are shown by {@link restOf}. */
export function setFlags(flags: readonly Flag[], value: number): string[] {
  return flags
    .filter(([, bits]) => bits <= 0xffffffff && (value & bits) !== 0)
    .map(([name]) => name)
}

/** The bits that no flag covers, as hexadecimal; nothing when all are covered. */
export function restOf(flags: readonly Flag[], value: number): string[] {
  const known = flags.reduce((all, [, bits]) => all | bits, 0)
  const rest = (value & ~known) >>> 0
  return rest === 0 ? [] : [`0x${rest.toString(16)}`]
}
