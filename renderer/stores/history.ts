/** One undo history for what the user changes in the window: filters and rule edits. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'

/** A step that was done. Both functions may be called again and again, alternating. */
export interface Step {
  /** What was done, for the menu and the toast: `Filter: syscall=unlink`. */
  label: string
  undo: () => void
  redo: () => void
}

const MAX_STEPS = 200

export const useHistory = defineStore('history', () => {
  const done = shallowRef<Step[]>([])
  const undone = shallowRef<Step[]>([])

  /** Records a step that has just been done; what was undone before can no longer be redone. */
  function push(step: Step): void {
    done.value = [...done.value, step].slice(-MAX_STEPS)
    undone.value = []
  }

  function undo(): Step | null {
    const step = done.value.at(-1)
    if (!step) return null
    done.value = done.value.slice(0, -1)
    undone.value = [...undone.value, step]
    step.undo()
    return step
  }

  function redo(): Step | null {
    const step = undone.value.at(-1)
    if (!step) return null
    undone.value = undone.value.slice(0, -1)
    done.value = [...done.value, step]
    step.redo()
    return step
  }

  return {
    push,
    undo,
    redo,
    nextUndo: computed(() => done.value.at(-1)?.label ?? null),
    nextRedo: computed(() => undone.value.at(-1)?.label ?? null),
  }
})
