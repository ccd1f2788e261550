/** Turning auditing on with the starter rules, and taking both back. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { parseRule, ruleKeys } from '@native/audit/rule'
import { keyOfSet, rulesOfSet, STARTER_SET } from '@native/audit/rule/library'
import { ok, type Result } from '@native/audit/result'
import { decodeRule, encodeRule } from '@renderer/rules/codec'
import { ruleContext } from '@renderer/rules/context'
import { useConnection } from './connection'
import { useRules } from './rules'

export const useStarter = defineStore('starter', () => {
  const connection = useConnection()
  const rules = useRules()
  const busy = ref(false)

  /** The starter rules that the kernel has now, as it would be told to delete them. */
  const loaded = computed(() =>
    (rules.list ?? []).filter((encoded) => {
      const rule = decodeRule(encoded)
      return rule.ok && ruleKeys(rule.value).includes(keyOfSet(STARTER_SET))
    }),
  )

  /** The rules as they would be loaded on this machine, one line each. */
  const lines = computed(() => rulesOfSet(STARTER_SET, ruleContext(connection.current)))

  async function during<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
    busy.value = true
    try {
      return await work()
    } finally {
      busy.value = false
      await rules.changed()
    }
  }

  /**
   * Adds the rules first and turns auditing on last, so that a refused rule leaves nothing on. `keep`: both outlive
   * Auditscope; otherwise the helper puts them back when it ends.
   */
  function apply(keep: boolean): Promise<Result<null>> {
    return during(async () => {
      const context = ruleContext(connection.current)
      for (const text of lines.value) {
        const parsed = parseRule(text, context)
        if (!parsed.ok) return parsed
        const added = await connection.command('rules.add', {
          rule: encodeRule(parsed.value.rule),
          keep,
        })
        if (!added.ok && added.code !== 'EEXIST') return added
      }
      const set = await connection.set({ enabled: 1, keep })
      return set.ok ? ok(null) : set
    })
  }

  /** Removes the starter rules; turns auditing off again when no other rule is left. */
  function remove(): Promise<Result<null>> {
    return during(async () => {
      const others = (rules.list?.length ?? 0) - loaded.value.length
      for (const rule of loaded.value) {
        const deleted = await connection.command('rules.delete', { rule })
        if (!deleted.ok && deleted.code !== 'ENOENT') return deleted
      }
      if (others > 0) return ok(null)
      const set = await connection.set({ enabled: 0 })
      return set.ok ? ok(null) : set
    })
  }

  return { busy, lines, loaded, apply, remove }
})
