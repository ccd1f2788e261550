/** The event that the inspector shows, whole, and the events related to it. */
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { EventDetail, EventRow, StoreArgs } from '@contract/store'
import type { Failure } from '@native/audit/result'
import { usePlatform } from '@renderer/platform/current'
import { useSessions } from '@renderer/stores/sessions'

export type Relation = StoreArgs<'related'>['by']

export const RELATIONS: readonly { by: Relation; label: string; hint: string }[] = [
  { by: 'process', label: 'Process', hint: 'Events of the same process' },
  { by: 'ancestors', label: 'Ancestors', hint: 'Events of the processes that it descends from' },
  { by: 'session', label: 'Session', hint: 'Events of the same login session' },
  { by: 'file', label: 'File', hint: 'Events with the same file' },
  { by: 'key', label: 'Key', hint: 'Events that the same rule recorded' },
]
const RELATED = 50

export interface DetailState {
  /** Kept while the next one is read, so that the pane does not flicker from row to row. */
  detail: ShallowRef<EventDetail | null>
  error: ShallowRef<Failure | null>
  /** Secrets are shown, in this event only. */
  revealed: Ref<boolean>
  relation: Ref<Relation | null>
  /** Null while they are read. */
  related: ShallowRef<readonly EventRow[] | null>
  relatedError: ShallowRef<Failure | null>
  reload: () => void
}

export function useEventDetail(seq: () => number | null): DetailState {
  const { store } = usePlatform()
  const sessions = useSessions()
  const detail = shallowRef<EventDetail | null>(null)
  const error = shallowRef<Failure | null>(null)
  const revealed = ref(false)
  const relation = ref<Relation | null>(null)
  const related = shallowRef<readonly EventRow[] | null>(null)
  const relatedError = shallowRef<Failure | null>(null)
  let newest = 0
  /** One question at a time: holding J down asks for where it stops, not for every row on the way. */
  let asking = false

  async function read(): Promise<void> {
    newest++
    if (asking) return
    asking = true
    let mine = -1
    while (mine !== newest) {
      mine = newest
      await readOne(seq(), () => mine === newest)
    }
    asking = false
  }

  async function readOne(wanted: number | null, current: () => boolean): Promise<void> {
    if (wanted === null) {
      detail.value = null
      error.value = null
      return
    }
    const args = { session: sessions.activeId, seq: wanted, revealed: revealed.value }
    const reply = await store.request('event', args)
    if (!current()) return
    error.value = reply.ok ? null : reply
    if (reply.ok) detail.value = reply.value
    if (reply.ok) await readRelated(wanted, current)
  }

  async function readRelated(wanted: number, current: () => boolean): Promise<void> {
    const by = relation.value
    if (by === null) return
    const args = { session: sessions.activeId, seq: wanted, by, limit: RELATED }
    const reply = await store.request('related', args)
    if (!current()) return
    relatedError.value = reply.ok ? null : reply
    related.value = reply.ok ? reply.value : []
  }

  watch(
    [seq, () => sessions.activeId],
    () => {
      revealed.value = false
      void read()
    },
    { immediate: true },
  )
  watch(revealed, (now) => {
    if (now) void read()
  })
  watch(relation, () => {
    related.value = null
    relatedError.value = null
    void read()
  })
  onScopeDispose(() => {
    newest++
  })

  return { detail, error, revealed, relation, related, relatedError, reload: () => void read() }
}
