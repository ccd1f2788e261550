/** The filter and the time range: global, every view obeys them. Filters never destroy; each change can be undone. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { addChip, toChips } from '@native/audit/query'
import { useHistory } from './history'

/** A time window in ms since the epoch, half open; a missing end is open. */
export interface TimeRange {
  from?: number
  to?: number
}

interface FilterState {
  query: string
  range: TimeRange
}

export const useFilter = defineStore('filter', () => {
  const history = useHistory()
  const query = ref('')
  const range = shallowRef<TimeRange>({})

  /** What undo goes back to: the state without what is only being typed. */
  let settled: FilterState = { query: '', range: {} }

  function apply(next: FilterState): void {
    settled = next
    query.value = next.query
    range.value = next.range
  }

  function change(next: FilterState, label: string): void {
    const before = settled
    apply(next)
    if (before.query === next.query && sameRange(before.range, next.range)) return
    history.push({ label, undo: () => apply(before), redo: () => apply(next) })
  }

  /** Filters by what is being typed, without a step to undo for every key; `setQuery` then settles it, or takes it back. */
  function preview(text: string): void {
    query.value = text.trim()
  }

  /** Takes back what was only typed. */
  function revert(): void {
    query.value = settled.query
  }

  /** Replaces the query. It must be valid: the filter bar checks what is typed before it calls this. */
  function setQuery(text: string): void {
    const trimmed = text.trim()
    change({ query: trimmed, range: range.value }, trimmed ? `Filter ${trimmed}` : 'Filter removed')
  }

  /** Restricts everything to a time window; `{}` removes the restriction. */
  function setRange(next: TimeRange): void {
    const open = next.from === undefined && next.to === undefined
    change({ query: query.value, range: next }, open ? 'Time range removed' : 'Time range')
  }

  /** Adds a term that events must match as well. */
  function include(term: string): void {
    setQuery(addTerm(query.value, term, false))
  }

  /** Adds a term that events must not match. */
  function exclude(term: string): void {
    setQuery(addTerm(query.value, term, true))
  }

  /** Removes query and range in one step. */
  function clear(): void {
    change({ query: '', range: {} }, 'Filter removed')
  }

  return {
    query,
    range,
    /** Whether anything is held back from the views. */
    active: computed(
      () => query.value !== '' || range.value.from !== undefined || range.value.to !== undefined,
    ),
    setQuery,
    preview,
    revert,
    setRange,
    include,
    exclude,
    clear,
  }
})

/** The query with one more condition; a term that does not parse leaves it as it is. */
function addTerm(query: string, term: string, exclude: boolean): string {
  const chips = toChips(term)
  if (chips === null) return query
  const [only] = chips
  const chip =
    chips.length === 1 && only
      ? { ...only, negated: only.negated !== exclude }
      : { text: term, negated: exclude, compare: null }
  return addChip(query, chip)
}

function sameRange(a: TimeRange, b: TimeRange): boolean {
  return a.from === b.from && a.to === b.to
}
