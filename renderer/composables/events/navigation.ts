/** Ways to a row: by event, time, serial, text or bookmark. What cannot be reached says why. */
import { ref, type Ref } from 'vue'
import type { EventRow } from '@contract/store'
import { parseTime } from '@native/audit/query/time'
import { useFilter } from '@renderer/stores/filter'
import { useSessions } from '@renderer/stores/sessions'
import { useToasts } from '@renderer/stores/toasts'
import type { GridModel } from '@renderer/components/event-grid/core/grid-model'
import { useBookmarks } from './bookmarks'
import { useEventSource } from './source'

export interface Navigation {
  /** Selects an event; when the filter hides it, offers to remove the filter. */
  toEvent: (seq: number) => Promise<boolean>
  /** A time as the query language writes it, or a serial number; false with a reason when there is no such row. */
  to: (text: string) => Promise<string>
  find: (text: string, backwards: boolean) => Promise<void>
  toBookmark: (backwards: boolean) => Promise<void>
  /** What was searched for last. */
  searched: Ref<string>
}

/** Serial numbers have at most ten digits and nothing else. */
const SERIAL = /^#?(\d{1,10})$/

export function useNavigation(model: () => GridModel<EventRow> | null): Navigation {
  const events = useEventSource()
  const bookmarks = useBookmarks()
  const filter = useFilter()
  const sessions = useSessions()
  const toasts = useToasts()
  const searched = ref('')

  async function toEvent(seq: number): Promise<boolean> {
    const grid = model()
    const position = (await grid?.source?.locate(seq)) ?? null
    if (grid !== null && position !== null && (await grid.choose.select(position, 'centre'))) {
      if (grid.selection.focus?.seq === seq) return true
    }
    if (filter.active) {
      toasts.show('The filter hides this event', {
        kind: 'note',
        action: { label: 'Remove filter', run: () => filter.clear() },
      })
    } else {
      toasts.show('The event is no longer held', { kind: 'note' })
    }
    return false
  }

  async function to(text: string): Promise<string> {
    const serial = SERIAL.exec(text.trim())
    // In a log from the past a bare clock time means its last day.
    const now = sessions.live ? Date.now() : (sessions.active?.to ?? Date.now())
    const time = serial === null ? parseTime(text.trim(), now) : null
    if (serial === null && time === null) return 'This is neither a time nor a serial number.'
    const what = serial === null ? { time: time!.from } : { serial: Number(serial[1]) }
    const found = await events.locate(what)
    if (!found.ok) return found.message
    if (found.value === null) {
      return serial === null
        ? 'No event is that late.'
        : 'No event with this serial number is shown.'
    }
    await model()?.choose.select(found.value, 'centre')
    return ''
  }

  async function find(text: string, backwards: boolean): Promise<void> {
    const grid = model()
    if (grid === null || text === '') return
    searched.value = text
    const { range, visible } = grid.viewport
    if (range.next <= range.first) return
    const focus = grid.selection.focus?.position ?? (backwards ? visible.next : visible.first - 1)
    const start = focus + (backwards ? -1 : 1)
    const inside = start >= range.first && start < range.next
    const edge = backwards ? range.next - 1 : range.first
    const first = inside ? await events.find(text, start, backwards) : null
    let found = first
    if (first === null || (first.ok && first.value === null)) {
      found = await events.find(text, edge, backwards)
      if (found.ok && found.value !== null && inside) {
        toasts.show(backwards ? 'Went on from the end' : 'Went on from the start', { kind: 'note' })
      }
    }
    if (found === null) return
    if (!found.ok) toasts.failure(found, 'The search failed')
    else if (found.value === null) toasts.show(`No row contains “${text}”`, { kind: 'note' })
    else await grid.choose.select(found.value, 'centre')
  }

  async function toBookmark(backwards: boolean): Promise<void> {
    const from = model()?.selection.focus?.seq ?? (backwards ? Infinity : -1)
    const next = bookmarks.next(from, backwards)
    if (next === null) toasts.show('There are no bookmarks', { kind: 'note', text: 'F2 sets one.' })
    else await toEvent(next.seq)
  }

  return { toEvent, to, find, toBookmark, searched }
}
