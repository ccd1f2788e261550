/** What needs attention, for the marks in the sidebar: judged from the newest sample and the newest diagnosis. */
import { defineStore } from 'pinia'
import { computed } from 'vue'
import { formatCount, formatShare } from '@renderer/format/number'
import { useConnection } from './connection'
import { useDiagnosis } from './diagnosis'

/** From this share of its limit on a backlog is close to making tasks wait or losing records. */
export const BACKLOG_WARNING_SHARE = 0.8

export interface Attention {
  kind: 'warning' | 'danger'
  meaning: string
}

export const useAttention = defineStore('attention', () => {
  const connection = useConnection()
  const diagnosis = useDiagnosis()

  // Samples come twice a second; judged again, and drawn again, is only a status that differs.
  const kernel = computed(() => connection.sample?.kernel ?? null)
  const limits = computed<Attention | null>(() => {
    if (!kernel.value) return null
    const { backlog, backlogLimit, failure, rateLimit } = kernel.value
    const share = backlogLimit > 0 ? backlog / backlogLimit : 0
    if (failure === 2 && (rateLimit > 0 || share >= BACKLOG_WARNING_SHARE)) {
      return { kind: 'danger', meaning: 'The machine will panic when a record is lost.' }
    }
    if (share >= BACKLOG_WARNING_SHARE) {
      const words = `${formatCount(backlog)} of ${formatCount(backlogLimit)} records (${formatShare(share)})`
      return { kind: 'warning', meaning: `The backlog is nearly full: ${words}.` }
    }
    if (rateLimit > 0) {
      return { kind: 'warning', meaning: 'A rate limit is in force: it drops single records.' }
    }
    return null
  })

  /** Checks of the newest diagnosis that say something is limited, at risk or wrong. */
  const problems = computed(() => {
    const counts = diagnosis.counts
    return counts ? counts.warning + counts.problem : 0
  })

  return { problems, limits }
})
