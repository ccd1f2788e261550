/** Rates from one sample to the next, and when the kernel's losses last rose. */
import { defineStore } from 'pinia'
import { ref, watch } from 'vue'
import type { StatusSample } from '@native/helper/protocol'
import { useConnection } from './connection'

export const useRates = defineStore('rates', () => {
  const connection = useConnection()
  const lostPerSecond = ref(0)
  const waitedMsPerSecond = ref<number | null>(null)
  const recordsPerSecond = ref(0)
  const lastLossAt = ref<number | null>(null)

  function compare(after: StatusSample, before: StatusSample): void {
    const seconds = (after.at - before.at) / 1000
    if (seconds <= 0) return
    recordsPerSecond.value = Math.max(0, after.drain.records - before.drain.records) / seconds
    // A counter that fell was reset: then nothing is known of the time between.
    const lost = (after.kernel?.lost ?? 0) - (before.kernel?.lost ?? 0)
    lostPerSecond.value = Math.max(0, lost) / seconds
    if (lost > 0) lastLossAt.value = after.at
    waitedMsPerSecond.value =
      after.waitedMs === null || before.waitedMs === null
        ? null
        : Math.max(0, after.waitedMs - before.waitedMs) / seconds
  }

  watch(
    () => connection.sample,
    (after, before) => {
      if (after && before) compare(after, before)
      if (!after) {
        lostPerSecond.value = recordsPerSecond.value = 0
        waitedMsPerSecond.value = null
      }
    },
  )

  return { recordsPerSecond, lostPerSecond, waitedMsPerSecond, lastLossAt }
})
