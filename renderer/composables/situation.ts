/** What the place of the view shows: the view itself, or what has to happen before it can show something. */
import { computed, type ComputedRef } from 'vue'
import type { ViewName } from '@contract/ipc'
import { useConnection } from '@renderer/stores/connection'
import { useFrame } from '@renderer/stores/frame'
import { useRules } from '@renderer/stores/rules'
import { useSessions } from '@renderer/stores/sessions'
import { viewOf } from '@renderer/views'

export type Place = 'view' | 'connect' | 'first-run'

/** Views that are of use without a connection. */
const ALWAYS: readonly ViewName[] = ['settings', 'diagnosis']

export function useSituation(): {
  place: ComputedRef<Place>
  /** The kernel records nothing because it was never asked to: auditing is off and there are no rules. */
  unused: ComputedRef<boolean>
} {
  const frame = useFrame()
  const connection = useConnection()
  const sessions = useSessions()
  const rules = useRules()

  const held = computed(() => (sessions.active ? sessions.active.next - sessions.active.first : 0))
  const unused = computed(
    () =>
      connection.connected && connection.sample?.kernel?.enabled === 0 && rules.list?.length === 0,
  )

  const place = computed<Place>(() => {
    const view = viewOf(frame.view)
    if (ALWAYS.includes(view.name)) return 'view'
    const shows = view.group === 'see'
    if (shows && (!sessions.live || held.value > 0)) return 'view'
    if (!connection.connected) return 'connect'
    return view.events && unused.value ? 'first-run' : 'view'
  })

  return { place, unused }
}
