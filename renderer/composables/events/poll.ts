/**
 * Questions that the store is asked again and again while their answer changes: never two at a time, never while nobody
 * sees the answer, seldom while nothing happens, and the more seldom the longer the store takes.
 */
import { onActivated, onDeactivated, onScopeDispose, ref, watch, type WatchSource } from 'vue'
import { useNews } from '@renderer/composables/every'
import { useFrame } from '@renderer/stores/frame'
import { useSessions } from '@renderer/stores/sessions'

/** The next question comes this long after an answer, or after so many times as long as the answer took, ms. */
const REST_MS = 1000
const REST_FACTOR = 8

export interface Poll {
  /** Asks now, or once more after the question that is on its way. */
  reload: () => void
  /** Whether the component is in sight. */
  active: () => boolean
}

/**
 * Runs `ask` when one of `inputs` changes, and repeatedly while the shown session grows and the views are not paused.
 * Stops while the window is hidden or the view is kept but not shown.
 */
export function usePoll(
  inputs: readonly WatchSource[],
  ask: () => Promise<void>,
  moving: () => boolean = () => true,
): Poll {
  const frame = useFrame()
  const sessions = useSessions()
  const news = useNews()
  const active = ref(true)
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking = false
  let again = false
  let closed = false

  const growing = (): boolean =>
    (sessions.live && moving() && !frame.paused) || sessions.active?.state === 'reading'

  async function run(): Promise<void> {
    clearTimeout(timer)
    if (asking) {
      again = true
      return
    }
    if (closed || frame.hidden || !active.value) return
    asking = true
    const started = Date.now()
    await ask()
    asking = false
    news.answered()
    if (again) {
      again = false
      void run()
    } else if (growing()) {
      askAfter(Math.max(REST_MS, REST_FACTOR * (Date.now() - started)))
    }
  }

  /** Asks after a rest, and on an idle machine not before something happens. */
  function askAfter(ms: number): void {
    timer = setTimeout(() => {
      if (news.due()) void run()
      else askAfter(REST_MS)
    }, ms)
  }

  onActivated(() => (active.value = true))
  onDeactivated(() => (active.value = false))
  watch(
    [
      ...inputs,
      active,
      () => frame.hidden,
      () => frame.paused,
      () => sessions.activeId,
      () => sessions.active?.state,
      () => sessions.storeState,
    ],
    () => void run(),
    { immediate: true },
  )
  onScopeDispose(() => {
    closed = true
    clearTimeout(timer)
  })

  return { reload: () => void run(), active: () => active.value }
}
