/** The user's settings as main keeps them, and the part of them that is the window's own memory (`ui`). */
import { defineStore } from 'pinia'
import { computed, customRef, ref, shallowRef, type Ref } from 'vue'
import type { AppInfo, Settings } from '@contract/ipc'
import type { Result } from '@native/audit/result'
import { usePlatform } from '@renderer/platform/current'

type Json = Settings['ui'][string]

/** Pane sizes change with every pixel of a drag; the file is written once, this long after the last change. */
const WRITE_DELAY_MS = 400

export const useSettings = defineStore('settings', () => {
  const platform = usePlatform()
  const info = shallowRef<AppInfo | null>(null)
  const current = shallowRef<Settings | null>(null)
  /** UI state that is not written yet. */
  const unwritten = new Map<string, Json>()
  const ui = ref<Record<string, Json>>({})
  let timer: ReturnType<typeof setTimeout> | undefined

  function receive(settings: Settings): void {
    current.value = settings
    ui.value = { ...settings.ui, ...Object.fromEntries(unwritten) }
  }
  platform.on('settings', receive)

  /** Reads what main knows; call once before the app is mounted. */
  async function load(): Promise<Result<null>> {
    const [settings, app] = await Promise.all([
      platform.invoke('settings.get', {}),
      platform.invoke('app.info', {}),
    ])
    if (!settings.ok) return settings
    if (!app.ok) return app
    receive(settings.value)
    info.value = app.value
    return { ok: true, value: null }
  }

  /** Changes settings; what main refuses stays as it was, and the Failure says why. */
  async function set(change: Partial<Settings>): Promise<Result<Settings>> {
    const result = await platform.invoke('settings.set', change)
    if (result.ok) receive(result.value)
    return result
  }

  function remember(key: string, value: Json): void {
    unwritten.set(key, value)
    ui.value = { ...ui.value, [key]: value }
    clearTimeout(timer)
    timer = setTimeout(() => void writeUi(), WRITE_DELAY_MS)
  }

  async function writeUi(): Promise<void> {
    const written = new Map(unwritten)
    const result = await set({ ui: { ...current.value?.ui, ...Object.fromEntries(written) } })
    if (!result.ok) return
    for (const [key, value] of written) if (unwritten.get(key) === value) unwritten.delete(key)
  }

  return {
    info,
    current,
    ui,
    load,
    set,
    remember,
    timeFormat: computed(() => current.value?.timeFormat ?? 'local'),
    density: computed(() => current.value?.density ?? 'normal'),
  }
})

/**
 * A value that survives a restart: `const width = remembered('events.inspector', 320)`. What was remembered with another
 * type than the default's is ignored, because the file may come from another version.
 */
export function remembered<T extends Json>(key: string, initial: T): Ref<T> {
  const settings = useSettings()
  const sameKind = (value: unknown): value is T =>
    typeof value === typeof initial && Array.isArray(value) === Array.isArray(initial)
  return customRef(() => ({
    get: () => {
      const value = settings.ui[key]
      return sameKind(value) ? value : initial
    },
    set: (value) => settings.remember(key, value),
  }))
}
