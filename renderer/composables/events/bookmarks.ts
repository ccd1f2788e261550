/** Bookmarks and notes of the shown session; the store keeps them with the session. */
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { StoreResults } from '@contract/store'
import type { Result } from '@native/audit/result'
import { usePlatform } from '@renderer/platform/current'
import { useSessions } from '@renderer/stores/sessions'

export type Bookmark = StoreResults['bookmarks.list'][number]

export const useBookmarks = defineStore('bookmarks', () => {
  const { store } = usePlatform()
  const sessions = useSessions()
  const list = shallowRef<readonly Bookmark[]>([])

  async function refresh(): Promise<void> {
    const session = sessions.activeId
    const reply = await store.request('bookmarks.list', { session })
    if (reply.ok && session === sessions.activeId) {
      list.value = [...reply.value].sort((a, b) => a.seq - b.seq)
    }
  }

  /** Sets or removes a bookmark; a note without a bookmark is removed with it. */
  async function set(seq: number, marked: boolean, note: string): Promise<Result<null>> {
    const reply = await store.request('bookmarks.set', {
      session: sessions.activeId,
      seq,
      marked,
      note,
    })
    if (reply.ok) await refresh()
    return reply
  }

  function find(seq: number): Bookmark | null {
    return list.value.find((each) => each.seq === seq) ?? null
  }

  /** The bookmark after (or before) an event, going round at the ends; null when there is none. */
  function next(seq: number, backwards: boolean): Bookmark | null {
    const ordered = backwards ? [...list.value].reverse() : list.value
    const beyond = (each: Bookmark): boolean => (backwards ? each.seq < seq : each.seq > seq)
    return ordered.find(beyond) ?? ordered[0] ?? null
  }

  watch(
    () => [sessions.activeId, sessions.storeState] as const,
    ([, state]) => {
      list.value = []
      if (state !== 'lost') void refresh()
    },
    { immediate: true },
  )
  // The bookmarks of a saved session are found again while it is read: all have been when that ends, however it does.
  watch(
    () => sessions.active?.state,
    (state) => {
      if (state !== undefined && state !== 'reading') void refresh()
    },
  )

  return { list, seqs: computed(() => list.value.map(({ seq }) => seq)), refresh, set, find, next }
})
