/** Applying rules, with a way back: unless the user keeps them in time, the rules of before are loaded again. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { ok, type Result } from '@native/audit/result'
import { useConnection } from './connection'
import { useHistory } from './history'
import { useRules } from './rules'
import { useToasts } from './toasts'

interface Trial {
  /** The rules to go back to, and those that were applied; base64. */
  before: readonly string[]
  after: readonly string[]
  keep: boolean
  /** When they are taken back, ms since the epoch. */
  until: number
}

const SECOND_MS = 1000

export const useRuleTrial = defineStore('rule-trial', () => {
  const connection = useConnection()
  const rules = useRules()
  const history = useHistory()
  const toasts = useToasts()

  const trial = shallowRef<Trial | null>(null)
  const now = ref(0)
  const busy = ref(false)
  let timer: ReturnType<typeof setInterval> | undefined

  async function replace(list: readonly string[], keep: boolean): Promise<Result<null>> {
    busy.value = true
    const result = await connection.command('rules.replace', { rules: [...list], keep })
    await rules.changed()
    busy.value = false
    return result.ok ? ok(null) : result
  }

  function recordStep(before: readonly string[], after: readonly string[], keep: boolean): void {
    const go = (list: readonly string[]) => () => void again(list, keep)
    history.push({ label: 'Rules applied', undo: go(before), redo: go(after) })
  }
  async function again(list: readonly string[], keep: boolean): Promise<void> {
    const result = await replace(list, keep)
    if (!result.ok) toasts.failure(result, 'The rules were not changed')
  }

  /**
   * Makes the kernel's rules exactly these. With `seconds` above 0 they are taken back after so long, unless `confirm` is
   * called; `keep`: they outlive Auditscope.
   */
  async function apply(
    list: readonly string[],
    keep: boolean,
    seconds: number,
  ): Promise<Result<null>> {
    const before = rules.list ?? []
    const result = await replace(list, keep)
    if (!result.ok) return result
    if (seconds > 0) begin({ before, after: list, keep, until: Date.now() + seconds * SECOND_MS })
    else recordStep(before, list, keep)
    return result
  }

  function begin(next: Trial): void {
    clearInterval(timer)
    trial.value = next
    now.value = Date.now()
    timer = setInterval(() => {
      now.value = Date.now()
      if (trial.value && now.value >= trial.value.until) void revert()
    }, SECOND_MS / 4)
  }

  function end(): Trial | null {
    clearInterval(timer)
    const ended = trial.value
    trial.value = null
    return ended
  }

  // Without a helper nothing can be taken back; what was not kept, it has put back itself.
  watch(
    () => connection.connected,
    (connected) => {
      if (!connected) end()
    },
  )

  /** The applied rules stay. */
  function confirm(): void {
    const kept = end()
    if (kept) recordStep(kept.before, kept.after, kept.keep)
  }

  /** The rules of before are loaded again. */
  async function revert(): Promise<void> {
    const reverted = end()
    if (!reverted) return
    const result = await replace(reverted.before, reverted.keep)
    if (result.ok) toasts.show('The rules of before are loaded again', { kind: 'note' })
    else toasts.failure(result, 'The rules were not taken back')
  }

  return {
    busy,
    active: computed(() => trial.value !== null),
    secondsLeft: computed(() =>
      trial.value ? Math.max(0, Math.ceil((trial.value.until - now.value) / SECOND_MS)) : 0,
    ),
    apply,
    confirm,
    revert,
  }
})
