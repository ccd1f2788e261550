/** The newest diagnosis: facts from the helper, judged by native/audit/doctor. */
import { defineStore } from 'pinia'
import { computed, watch } from 'vue'
import { diagnose, tally } from '@native/audit/doctor/doctor'
import type { Facts } from '@native/helper/protocol'
import { useRequest } from '@renderer/composables/request'
import { useConnection } from './connection'

export const useDiagnosis = defineStore('diagnosis', () => {
  const connection = useConnection()
  const facts = useRequest<Facts>(() => connection.command('facts', {}))
  const results = computed(() => (facts.value.value ? diagnose(facts.value.value) : null))

  watch(
    () => connection.connected,
    (connected) => {
      if (connected) void facts.reload()
      else facts.value.value = null
    },
    { immediate: true },
  )

  return {
    facts: facts.value,
    error: facts.error,
    loading: facts.loading,
    answeredAt: facts.answeredAt,
    run: facts.reload,
    results,
    counts: computed(() => (results.value ? tally(results.value) : null)),
  }
})
