/** The counts of a summary view, obeying the filter and the time range, kept fresh while they are in sight. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { Summary, SummaryKind } from '@contract/store'
import type { Failure } from '@native/audit/result'
import { usePlatform } from '@renderer/platform/current'
import { useFilter } from '@renderer/stores/filter'
import { useSessions } from '@renderer/stores/sessions'
import { usePoll } from './poll'

/** Groups that a table shows at most; more are counted and said. */
export const MAX_GROUPS = 5000

export interface SummaryState {
  /** Kept while a newer one is read, and when that fails. */
  summary: ShallowRef<Summary | null>
  error: ShallowRef<Failure | null>
  /** The answer is to an earlier filter, range or session. */
  stale: Ref<boolean>
  answeredAt: Ref<number | null>
  /** What the summary is the answer to, as a text to compare. */
  question: Ref<string>
  reload: () => void
}

export function useSummary(kind: () => SummaryKind): SummaryState {
  const { store } = usePlatform()
  const sessions = useSessions()
  const filter = useFilter()
  const summary = shallowRef<Summary | null>(null)
  const error = shallowRef<Failure | null>(null)
  const stale = ref(false)
  const answeredAt = ref<number | null>(null)
  const asked = ref('')

  async function ask(): Promise<void> {
    const { query, range } = filter
    const question = { session: sessions.activeId, by: kind(), query, range, limit: MAX_GROUPS }
    const text = JSON.stringify(question)
    if (asked.value !== text) stale.value = summary.value !== null
    const reply = await store.request('summary', question)
    error.value = reply.ok ? null : reply
    if (!reply.ok) {
      stale.value = summary.value !== null
      return
    }
    asked.value = text
    stale.value = false
    summary.value = reply.value
    answeredAt.value = Date.now()
  }

  const { reload } = usePoll([kind, () => filter.query, () => filter.range], ask)
  return { summary, error, stale, answeredAt, question: asked, reload }
}
