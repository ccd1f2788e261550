/** A table of listeners by name: what a platform implementation delivers pushes through. */
import type { Unsubscribe } from './platform'

export class Listeners<Pushes extends object> {
  private readonly byName = new Map<keyof Pushes, Set<(value: never) => void>>()

  add<N extends keyof Pushes>(name: N, listener: (value: Pushes[N]) => void): Unsubscribe {
    const set = this.byName.get(name) ?? new Set()
    this.byName.set(name, set)
    set.add(listener)
    return () => {
      set.delete(listener)
    }
  }

  emit<N extends keyof Pushes>(name: N, value: Pushes[N]): void {
    for (const listener of [...(this.byName.get(name) ?? [])]) {
      const call = listener as (value: Pushes[N]) => void
      call(value)
    }
  }

  /** How many listeners a name has; tests use it to find leaks. */
  count(name: keyof Pushes): number {
    return this.byName.get(name)?.size ?? 0
  }
}
