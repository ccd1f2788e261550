/** A table of names and numbers, looked up from both sides. */
export interface Names {
  /** The name of a number; where several share it, the usual one. */
  name(number: number): string | undefined
  /** The number of a name, aliases included. Safe for names from outside. */
  number(name: string): number | undefined
  /** Every name with its number, by number. */
  readonly entries: readonly (readonly [string, number])[]
}

/** Builds both directions of a generated table. The first of several names of a number is its name. */
export function namesOf(table: Readonly<Record<string, number>>): Names {
  const entries = Object.entries(table).sort((a, b) => a[1] - b[1])
  const byName = new Map(entries)
  const byNumber = new Map<number, string>()
  for (const [name, number] of entries) if (!byNumber.has(number)) byNumber.set(number, name)
  return {
    name: (number) => byNumber.get(number),
    number: (name) => byName.get(name),
    entries,
  }
}

/** The same, built when first used: the large tables cost nothing to a process that never asks. */
export function lazyNamesOf(table: Readonly<Record<string, number>>): Names {
  let names: Names | undefined
  const built = (): Names => (names ??= namesOf(table))
  return {
    name: (number) => built().name(number),
    number: (name) => built().number(name),
    get entries() {
      return built().entries
    },
  }
}
