/** The resource budget: what is typed, what is in force, and what the governor did in this session. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import {
  BUDGET_BOUNDS,
  DEFAULT_BUDGET,
  type Budget,
  type Step,
} from '@native/audit/governor/budget'
import { ok, type Result } from '@native/audit/result'
import { formatBytes, formatCount } from '@renderer/format/number'
import { useConnection } from './connection'
import { useSettings } from './settings'

/** One thing that the governor did. */
export interface GovernorStep {
  at: number
  action: Step['action']
  text: string
}

export const useBudget = defineStore('budget', () => {
  const connection = useConnection()
  const settings = useSettings()

  /** What is typed; null: as in force, or the default. */
  const draft = shallowRef<Budget | null>(null)
  const invalid = shallowRef<Partial<Record<keyof Budget, string>>>({})
  const busy = ref(false)

  /** Newest first. */
  const steps = computed<GovernorStep[]>(() =>
    connection.notices
      .flatMap((notice) =>
        notice.type === 'governor'
          ? [{ at: notice.at, action: notice.action, text: notice.message }]
          : [],
      )
      .reverse(),
  )
  const status = computed(() => connection.sample?.governor ?? null)
  const inForce = computed(() => status.value?.budget ?? null)
  const proposed = computed<Budget>(() => draft.value ?? inForce.value ?? saved() ?? DEFAULT_BUDGET)
  function saved(): Budget | null {
    return settings.current?.budget ?? null
  }

  function propose(name: keyof Budget, value: number | null): void {
    const { min, max } = BUDGET_BOUNDS[name]
    const fits = value !== null && value >= min && value <= max
    const { [name]: _was, ...others } = invalid.value
    const text = name === 'memoryBytes' ? formatBytes : formatCount
    invalid.value = fits
      ? others
      : { ...others, [name]: `A number from ${text(min)} to ${text(max)}.` }
    if (fits) draft.value = { ...proposed.value, [name]: value }
  }

  /** Puts a budget in force, or takes it away, now and whenever Auditscope connects. */
  async function apply(budget: Budget | null): Promise<Result<null>> {
    busy.value = true
    try {
      const set = await connection.command('governor', { budget })
      if (!set.ok) return set
      if (connection.sample) connection.sample = { ...connection.sample, governor: set.value }
      draft.value = null
      const kept = await settings.set({ budget })
      return kept.ok ? ok(null) : kept
    } finally {
      busy.value = false
    }
  }

  return {
    status,
    inForce,
    proposed,
    invalid,
    steps,
    busy,
    /** Whether what is typed differs from what is in force. */
    changed: computed(() => {
      const now = inForce.value
      const wanted = proposed.value
      return (
        now === null ||
        (Object.keys(BUDGET_BOUNDS) as (keyof Budget)[]).some((name) => now[name] !== wanted[name])
      )
    }),
    applicable: computed(() => !busy.value && Object.keys(invalid.value).length === 0),
    propose,
    apply,
  }
})
