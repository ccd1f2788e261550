/** What needs attention, for the marks in the sidebar: judged from the newest sample and the newest diagnosis. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { formatCount, formatShare } from '@renderer/format/number'
import { useConnection } from './connection'

/** From this share of its limit on a backlog is close to making tasks wait or losing records. */
export const BACKLOG_WARNING_SHARE = 0.8

export interface Attention {
  kind: 'warning' | 'danger'
  meaning: string
}

export const useAttention = defineStore('attention', () => {
  const connection = useConnection()
  /** Checks of the newest diagnosis that need attention; the Diagnosis view sets it. */
  const problems = ref(0)

  const limits = computed<Attention | null>(() => {
    const kernel = connection.sample?.kernel
    if (!kernel) return null
    const { backlog, backlogLimit, failure, rateLimit } = kernel
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

  return { problems, limits }
})
