/** Finds the earlier rule of a file that covers a later one, by the clues that the later one gives. */
import type { ListName } from '../model'
import { ANY } from './clues'
import type { PlacedRule, RuleTraits } from './subject'

/** Most rules under one index entry that are compared: advice must stay quick on files of any size. */
const MOST_COMPARED = 200
type Index = Map<ListName, Map<string, Map<string, Map<number | typeof ANY, PlacedRule[]>>>>

/** Earlier rules of a file, in the order in which they are added. */
export class EarlierRules {
  private readonly index: Index = new Map()

  /** How many rules have a condition: the rarest one of a rule tells most. */
  private readonly counts = new Map<string, number>()

  /**
   * @param all the rules that will be asked for
   * @param covers whether everything that `later` matches is matched by `earlier` too
   */
  constructor(
    all: readonly PlacedRule[],
    private readonly covers: (earlier: RuleTraits, later: RuleTraits) => boolean,
  ) {
    for (const { traits } of all)
      for (const condition of traits.clues.conditions)
        this.counts.set(condition, (this.counts.get(condition) ?? 0) + 1)
  }

  add(placed: PlacedRule): void {
    const { place, conditions } = placed.traits.clues
    const byPlace = entry(this.index, placed.traits.rule.list, () => new Map())
    const byCondition = entry(byPlace, place, () => new Map())
    const bySyscall = entry(byCondition, this.rarest(conditions), () => new Map())
    const { numbers } = placed.traits
    const syscalls = numbers.length === 0 ? [ANY] : numbers
    for (const syscall of syscalls) {
      const group = entry(bySyscall, syscall, () => [])
      if (group.length < MOST_COMPARED) group.push(placed)
    }
  }

  /** An earlier rule that covers another one. */
  find(later: PlacedRule): PlacedRule | undefined {
    const byPlace = this.index.get(later.traits.rule.list)
    if (byPlace === undefined) return undefined
    const { places, conditions } = later.traits.clues
    for (const place of [ANY, ...places]) {
      const byCondition = byPlace.get(place)
      if (byCondition === undefined) continue
      for (const condition of [ANY, ...conditions]) {
        const bySyscall = byCondition.get(condition)
        const found =
          this.first(bySyscall?.get(ANY), later) ??
          this.first(bySyscall?.get(later.traits.numbers[0] ?? ANY), later)
        if (found !== undefined) return found
      }
    }
    return undefined
  }

  private rarest(conditions: readonly string[]): string {
    let rarest: string = ANY
    let least = Infinity
    for (const condition of conditions) {
      const count = this.counts.get(condition) ?? 0
      if (count >= least) continue
      rarest = condition
      least = count
    }
    return rarest
  }

  private first(
    group: readonly PlacedRule[] | undefined,
    later: PlacedRule,
  ): PlacedRule | undefined {
    return group?.find((earlier) => this.covers(earlier.traits, later.traits))
  }
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key)
  if (value === undefined) {
    value = make()
    map.set(key, value)
  }
  return value
}
