/** Adds up groups over chunks: events, failures by error, first and last event. */
import type { SummaryKind } from '@contract/store'
import { forEachBit } from '../columns/bits'
import type { Chunk } from '../columns/chunk'
import { numberAt } from '../columns/numbers'
import type { Matches } from '../query/scan-bits'
import type { FactReader } from '../facts'
import type { Group } from './groups'
import { chunkKeys, errnoOf, ERROR_NUMBERS, FAILED, outcomesOf } from './keys'

/** More groups than this are counted as events, but not one by one: an attacker can make any number of them. */
const MOST_GROUPS = 500_000

export interface GroupCounts {
  group: Group
  events: number
  failures: number
  /** Times of the first and the last event, in the order in which they were complete. */
  firstSeen: number
  lastSeen: number
  lastSeq: number
  /** Failures by error number; 0 for those without one. */
  errors: Map<number, number> | null
}

export class GroupCounter {
  readonly groups = new Map<string, GroupCounts>()
  /** Events in all groups together. */
  events = 0

  constructor(
    private readonly kind: SummaryKind,
    private readonly facts: FactReader,
  ) {}

  /** Adds what matches among a chunk's first `count` events. */
  add(chunk: Chunk, count: number, matches: Matches): void {
    if (matches === 'none') return
    const { keys, count: keyCount, groups } = chunkKeys(this.kind, chunk, count, this.facts)
    const outcomes = outcomesOf(chunk, count, this.facts)
    const exits = chunk.numbers('exit')
    const events = new Uint32Array(keyCount)
    const failures = new Uint32Array(keyCount)
    const first = new Uint32Array(keyCount)
    const last = new Uint32Array(keyCount)
    const errors = new Map<number, number>()
    const used: number[] = []
    const visit = (index: number): void => {
      const key = keys[index]!
      if (events[key]!++ === 0) {
        first[key] = index
        used.push(key)
      }
      last[key] = index
      if (outcomes[index] !== FAILED) return
      failures[key]!++
      const error = key * ERROR_NUMBERS + errnoOf(numberAt(exits, index))
      errors.set(error, (errors.get(error) ?? 0) + 1)
    }
    if (matches === 'all') for (let index = 0; index < count; index++) visit(index)
    else forEachBit(matches, visit)
    const times = chunk.numbers('time')
    for (const key of used) {
      this.events += events[key]!
      for (const group of groups(key)) {
        const counts = this.#counts(group)
        if (counts === null) continue
        if (counts.events === 0) counts.firstSeen = numberAt(times, first[key]!)
        // Keys of one chunk can mean the same group; the newest event counts.
        if (counts.events === 0 || chunk.first + last[key]! > counts.lastSeq) {
          counts.lastSeq = chunk.first + last[key]!
          counts.lastSeen = numberAt(times, last[key]!)
        }
        counts.events += events[key]!
        counts.failures += failures[key]!
      }
    }
    this.#addErrors(errors, groups)
  }

  #addErrors(errors: ReadonlyMap<number, number>, groups: (key: number) => Group[]): void {
    for (const [error, times] of errors) {
      const errno = error % ERROR_NUMBERS
      for (const { id } of groups((error - errno) / ERROR_NUMBERS)) {
        const counts = this.groups.get(id)
        if (counts === undefined) continue
        counts.errors ??= new Map()
        counts.errors.set(errno, (counts.errors.get(errno) ?? 0) + times)
      }
    }
  }

  #counts(group: Group): GroupCounts | null {
    let counts = this.groups.get(group.id)
    if (counts === undefined) {
      if (this.groups.size >= MOST_GROUPS) return null
      counts = {
        group,
        events: 0,
        failures: 0,
        firstSeen: 0,
        lastSeen: 0,
        lastSeq: 0,
        errors: null,
      }
      this.groups.set(group.id, counts)
    }
    return counts
  }
}

/** The counts of two counters together; `newer` holds later events. */
export function mergeCounts(
  older: GroupCounts | undefined,
  newer: GroupCounts | undefined,
): GroupCounts {
  if (older === undefined || newer === undefined) return (older ?? newer)!
  const errors = new Map(older.errors)
  for (const [errno, times] of newer.errors ?? [])
    errors.set(errno, (errors.get(errno) ?? 0) + times)
  return {
    ...newer,
    events: older.events + newer.events,
    failures: older.failures + newer.failures,
    firstSeen: older.firstSeen,
    errors,
  }
}
