/**
 * The loaded rules that can have caused an event: those with one of its keys. An event without a key was caused by a
 * rule without one, or by no rule at all (user messages, the kernel's own records).
 */
import { computed, type ComputedRef } from 'vue'
import { printRule, ruleKeys, type Rule } from '@native/audit/rule'
import type { EventRow } from '@contract/store'
import { decodeRule } from '@renderer/rules/codec'
import { useRules } from '@renderer/stores/rules'

/** Keys of an event that matched several, as `key=` prints them. */
const SEPARATOR = /[\x01,]/

export interface CausingRules {
  /** As `auditctl -l` prints them. */
  rules: string[]
  /** Why there may be none: what is known about the question. */
  remark: string
}

/** Rules of a set that can have caused an event. */
export function causingRules(
  rules: readonly Rule[],
  row: Pick<EventRow, 'key' | 'type'>,
): string[] {
  const keys = row.key === '' ? [] : row.key.split(SEPARATOR).filter((key) => key !== '')
  return rules
    .filter((rule) => {
      if (rule.action !== 'always') return false
      const own = ruleKeys(rule)
      return keys.length === 0 ? own.length === 0 : own.some((key) => keys.includes(key))
    })
    .map((rule) => printRule(rule))
}

export function useCausingRules(row: () => EventRow | null): ComputedRef<CausingRules> {
  const loaded = useRules()
  const decoded = computed(
    () =>
      loaded.list?.flatMap((encoded) => {
        const rule = decodeRule(encoded)
        return rule.ok ? [rule.value] : []
      }) ?? null,
  )
  return computed(() => {
    const event = row()
    if (event === null) return { rules: [], remark: '' }
    if (decoded.value === null)
      return { rules: [], remark: 'The rules are not known without a connection.' }
    if (event.syscall === '') {
      return {
        rules: [],
        remark: 'No rule: programs and the kernel write such records by themselves.',
      }
    }
    const rules = causingRules(decoded.value, event)
    if (rules.length > 0) return { rules, remark: '' }
    const which = event.key === '' ? 'without a key' : `with the key ${event.key}`
    return { rules, remark: `No rule ${which} is loaded now; it may have been removed since.` }
  })
}
