/** A rule that would record events like one that was seen: proposed here, edited and applied in the Rules view. */
import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { EventRow } from '@contract/store'
import { BARE_CONTEXT, parseRule, ruleText, UNSET } from '@native/audit/rule'
import { escapeWord } from '@native/audit/rule/words'
import { useFrame } from '@renderer/stores/frame'

/** Keys of proposed rules begin like this, so that they can be told from others. */
const KEY_PREFIX = 'see-'

/**
 * The text of a rule for the row's system call, on its path if it has one, by its login user if there is one. Null when
 * no rule made the event, or its text cannot stand in a rule (a path with a line break).
 */
export function proposeRule(
  row: Pick<EventRow, 'syscall' | 'object' | 'auid' | 'key'>,
): string | null {
  if (row.syscall === '') return null
  const key = row.key.split(/[\x01,]/)[0] || `${KEY_PREFIX}${row.syscall}`
  const loggedIn = row.auid !== null && row.auid !== UNSET
  const text = [
    `-a always,exit -F arch=b64 -S ${row.syscall}`,
    row.object.startsWith('/') ? `-F path=${escapeWord(row.object)}` : '',
    loggedIn ? `-F auid=${row.auid}` : '',
    `-F key=${escapeWord(key)}`,
  ]
  const rule = parseRule(text.filter(Boolean).join(' '), BARE_CONTEXT)
  return rule.ok ? ruleText(rule.value.rule) : null
}

export const useRuleProposal = defineStore('ruleProposal', () => {
  const frame = useFrame()
  /** The text that the Rules view takes over and clears; null when there is none. */
  const text = ref<string | null>(null)

  /** Opens the Rules view with a rule proposed; false when events like this are not made by rules. */
  function propose(row: EventRow): boolean {
    const rule = proposeRule(row)
    if (rule === null) return false
    text.value = rule
    frame.go('rules')
    return true
  }

  return { text, propose }
})
