/** The completeness ledger of the shown session: is the picture complete, and if not, where did records go? */
import { defineStore } from 'pinia'
import type { LedgerView } from '@contract/store'
import { useRequest } from '@renderer/composables/request'
import { usePlatform } from '@renderer/platform/current'
import { useSessions } from './sessions'

export const useLedger = defineStore('ledger', () => {
  const { store } = usePlatform()
  const sessions = useSessions()
  const request = useRequest<LedgerView>(() =>
    store.request('ledger', { session: sessions.activeId }),
  )
  return {
    view: request.value,
    error: request.error,
    stale: request.stale,
    answeredAt: request.answeredAt,
    refresh: request.reload,
  }
})
