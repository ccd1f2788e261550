/** Following and pausing: pause lets the rows stand still, and resuming goes on as it was before. */
import { watch } from 'vue'
import type { GridModel } from '@renderer/components/event-grid/core/grid-model'
import type { EventRow } from '@contract/store'
import { useFrame } from '@renderer/stores/frame'

/** Ties the window's pause to a grid. Asking to follow ends a pause. */
export function useFlow(model: () => GridModel<EventRow> | null): { follow: () => void } {
  const frame = useFrame()
  let followed = false

  watch(
    () => frame.paused,
    (paused) => {
      const grid = model()
      if (grid === null) return
      if (paused) {
        followed = grid.viewport.following
        grid.unfollow()
      } else if (followed) {
        followed = false
        grid.follow()
      }
    },
  )

  function follow(): void {
    followed = true
    frame.paused = false
    model()?.follow()
  }

  return { follow }
}
