/** What the frame shows: the view, the sidebar, the palette, whether live views stand still. */
import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { Mode, ViewName } from '@contract/ipc'
import { remembered } from './settings'

/** What floats above the views, at most one at a time. */
export type Overlay = 'palette' | 'shortcuts' | 'about' | 'recordings' | null

export const useFrame = defineStore('frame', () => {
  const view = ref<ViewName>('overview')
  const overlay = ref<Overlay>(null)
  const paused = ref(false)
  const hidden = ref(document.visibilityState === 'hidden')
  /** The mode that is proposed in the mode dialog; null while it is closed. */
  const proposedMode = ref<Mode | null>(null)
  const diagnosisTab = ref<'checks' | 'completeness'>('checks')
  const trail: ViewName[] = []

  /** Opens a view. */
  function go(name: ViewName): void {
    if (name === view.value) return
    trail.push(view.value)
    if (trail.length > 50) trail.shift()
    view.value = name
  }

  /** Back to the view before. */
  function back(): void {
    const previous = trail.pop()
    if (previous) view.value = previous
  }

  return {
    view,
    overlay,
    /** Live views keep what they show; capturing goes on. */
    paused,
    /** The window cannot be seen: nothing is asked for, drawn or computed. */
    hidden,
    proposedMode,
    diagnosisTab,
    sidebarFolded: remembered<boolean>('sidebar.folded', false),
    go,
    back,
    /** Opens the completeness panel. */
    showCompleteness: (): void => {
      diagnosisTab.value = 'completeness'
      go('diagnosis')
    },
    /** Opens the mode dialog, which shows what the mode changes before it does. */
    chooseMode: (mode: Mode): void => {
      proposedMode.value = mode
    },
  }
})
