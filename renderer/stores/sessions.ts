/** The sessions of the store (live capture, opened files), which one is shown, and the live numbers. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { SessionInfo, StorePushes } from '@contract/store'
import { ok, type Result } from '@native/audit/result'
import { usePlatform } from '@renderer/platform/current'
import type { StoreState } from '@renderer/platform/platform'

/** The live capture's id: the store lists it first. */
export const LIVE_SESSION = 0

export const useSessions = defineStore('sessions', () => {
  const platform = usePlatform()
  const { store } = platform
  const list = shallowRef<SessionInfo[]>([])
  const activeId = ref(LIVE_SESSION)
  const tick = shallowRef<StorePushes['tick'] | null>(null)
  const storeState = ref<StoreState>(store.state)
  /** Events that the filter lets through, as the event views know; null without a filter. */
  const shown = ref<number | null>(null)

  store.on('sessions', (changed) => {
    const byId = new Map(list.value.map((session) => [session.id, session]))
    for (const session of changed) byId.set(session.id, session)
    list.value = [...byId.values()].sort((a, b) => a.id - b.id)
  })
  store.on('tick', (value) => {
    tick.value = value
  })
  store.onState((state) => {
    storeState.value = state
    if (state === 'open') void refresh()
  })

  /** Reads the whole list, which also forgets what was closed elsewhere. */
  async function refresh(): Promise<void> {
    const result = await store.request('sessions.list', {})
    if (!result.ok) return
    list.value = [...result.value].sort((a, b) => a.id - b.id)
    if (list.value.some((session) => session.id === activeId.value)) return
    // The tab to the left takes the place of one that was closed.
    activeId.value = list.value.filter(({ id }) => id < activeId.value).at(-1)?.id ?? LIVE_SESSION
  }

  /** Opens files as one new session and shows it. */
  async function open(paths: string[]): Promise<Result<{ session: number }>> {
    const result = await store.request('sessions.open', { paths })
    if (!result.ok) return result
    activeId.value = result.value.session
    await refresh()
    return result
  }

  /** Asks for files and opens them; `session` is null when the dialog was dismissed. */
  async function chooseAndOpen(
    what: 'log' | 'session',
  ): Promise<Result<{ session: number | null }>> {
    const chosen = await platform.invoke('dialog.open', { what })
    if (!chosen.ok) return chosen
    return chosen.value.paths.length === 0 ? ok({ session: null }) : open(chosen.value.paths)
  }

  /** Asks for a new folder and saves the shown session there; `path` is null when the dialog was dismissed. */
  async function chooseAndSave(): Promise<Result<{ path: string | null }>> {
    const suggestedName = `audit-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.auditscope`
    const chosen = await platform.invoke('dialog.save', { what: 'session', suggestedName })
    if (!chosen.ok) return chosen
    const { path } = chosen.value
    if (path === null) return ok({ path })
    const saved = await store.request('sessions.save', { session: activeId.value, path })
    return saved.ok ? ok({ path }) : saved
  }

  async function close(session: number): Promise<Result<null>> {
    const result = await store.request('sessions.close', { session })
    if (result.ok) await refresh()
    return result
  }

  return {
    list,
    activeId,
    active: computed(() => list.value.find((session) => session.id === activeId.value) ?? null),
    /** Whether the shown session is the live capture. */
    live: computed(() => activeId.value === LIVE_SESSION),
    tick,
    shown,
    storeState,
    refresh,
    open,
    chooseAndOpen,
    chooseAndSave,
    close,
  }
})
