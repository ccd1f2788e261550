/** The stretch of time that the strip shows. Kept here, because what stands under the strip shares its axis. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import {
  DEFAULT_SPAN,
  type TimeSpan,
  type TimeWindow,
} from '@renderer/components/time-strip/time-window'

export const useTimeWindow = defineStore('timeWindow', () => ({
  window: shallowRef<TimeWindow>({ kind: 'live', span: DEFAULT_SPAN }),
  /** What the strip has drawn: the span of its newest answer. */
  span: shallowRef<TimeSpan>({ from: 0, to: 1 }),
}))
