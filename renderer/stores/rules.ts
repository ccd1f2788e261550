/** The kernel's rules as the helper lists them, and the commands that change them. */
import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import { useRequest } from '@renderer/composables/request'
import { useConnection } from './connection'

export const useRules = defineStore('rules', () => {
  const connection = useConnection()
  const request = useRequest<string[]>(() => connection.command('rules.list', {}))
  /** When the rules of the kernel were last changed from here, ms; 0 never. */
  const changedAt = shallowRef(0)

  watch(
    () => connection.canChange,
    (can) => {
      if (can) void request.reload()
      else request.value.value = null
    },
    { immediate: true },
  )

  /** Reads the rules again after a change made here. */
  async function changed(): Promise<void> {
    changedAt.value = Date.now()
    await request.reload()
  }

  return {
    /** Base64 of struct audit_rule_data, in the kernel's order; null when not known. */
    list: request.value,
    error: request.error,
    loading: request.loading,
    refresh: request.reload,
    changedAt,
    changed,
  }
})
