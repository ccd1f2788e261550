/** A question to main or the store as a view sees it: loading, an answer, an answer that grows old, or an error. */
import {
  computed,
  getCurrentScope,
  onScopeDispose,
  ref,
  shallowRef,
  type Ref,
  type ShallowRef,
} from 'vue'
import type { Failure, Result } from '@native/audit/result'

export interface RequestState<T> {
  /** The newest answer; kept while a newer one is loaded and when that one fails. */
  value: ShallowRef<T | null>
  /** Why the newest question failed; null after a success. */
  error: ShallowRef<Failure | null>
  loading: Ref<boolean>
  /** When `value` was answered, ms since the epoch; null before. */
  answeredAt: Ref<number | null>
  /** There is an answer, but the newest question failed. */
  stale: Ref<boolean>
  /** Asks (again). Answers that a later question has overtaken are dropped. */
  reload: () => Promise<void>
}

/** Wraps a function that asks. It is not asked before `reload` is called. */
export function useRequest<T>(ask: () => Promise<Result<T>>): RequestState<T> {
  const value = shallowRef<T | null>(null)
  const error = shallowRef<Failure | null>(null)
  const loading = ref(false)
  const answeredAt = ref<number | null>(null)
  let newest = 0

  async function reload(): Promise<void> {
    const mine = ++newest
    loading.value = true
    const result = await ask()
    if (mine !== newest) return
    loading.value = false
    if (result.ok) {
      value.value = result.value
      error.value = null
      answeredAt.value = Date.now()
    } else {
      error.value = result
    }
  }

  if (getCurrentScope()) {
    onScopeDispose(() => {
      newest++
    })
  }

  return {
    value,
    error,
    loading,
    answeredAt,
    stale: computed(() => value.value !== null && error.value !== null),
    reload,
  }
}
