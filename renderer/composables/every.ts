/** Repeats something while the component lives, the window can be seen, and the last run has ended. */
import { onScopeDispose, watch } from 'vue'
import { useFrame } from '@renderer/stores/frame'

/**
 * Runs `work` now and then every `ms` after it has ended. Nothing runs while the window is hidden; it runs at once when
 * it is shown again.
 */
export function every(ms: number, work: () => void | Promise<void>): void {
  const frame = useFrame()
  let timer: ReturnType<typeof setTimeout> | undefined
  let round = 0

  async function run(mine: number): Promise<void> {
    await work()
    if (mine === round) timer = setTimeout(() => void run(mine), ms)
  }

  watch(
    () => frame.hidden,
    (hidden) => {
      clearTimeout(timer)
      round++
      if (!hidden) void run(round)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    clearTimeout(timer)
    round++
  })
}
