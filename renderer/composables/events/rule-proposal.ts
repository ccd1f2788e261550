/** A rule that would record events like one that was seen: proposed here, edited and applied in the Rules view. */
import type { EventRow } from '@contract/store'
import { BARE_CONTEXT, parseRule, ruleText, UNSET } from '@native/audit/rule'
import { insertLine } from '@native/audit/rule/edit'
import { escapeWord } from '@native/audit/rule/words'
import { visible } from '@renderer/format/visible'
import { useConnection } from '@renderer/stores/connection'
import { useFrame } from '@renderer/stores/frame'
import { useRuleDraft } from '@renderer/stores/rule-draft'
import { useToasts } from '@renderer/stores/toasts'
import { useCopying } from './copying'

/** Keys of proposed rules begin like this, so that they can be told from others. */
const KEY_PREFIX = 'see-'

const SEPARATOR = /[\u0001,]/
/** A line break in a path would begin another line of rules. */
const CONTROL = /[\u0000-\u001f\u007f]/

/**
 * The text of a rule for the row's system call, on its path if it has one, by its login user if there is one. Null when
 * no rule made the event, or its text cannot stand in a rule (a path with a line break).
 */
export function proposeRule(
  row: Pick<EventRow, 'syscall' | 'object' | 'auid' | 'key'>,
): string | null {
  // Several keys of an event are told apart by what the kernel puts between them.
  const key = row.key.split(SEPARATOR)[0] || `${KEY_PREFIX}${row.syscall}`
  if (row.syscall === '' || CONTROL.test(row.object) || CONTROL.test(key)) return null
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

/**
 * Puts a proposed rule into the draft of the Rules view and opens it; nothing is applied. Without a connection there is
 * no draft, so the rule is shown, to be copied. False when there is no rule to propose.
 */
export function useRuleProposal(): (row: EventRow) => boolean {
  const connection = useConnection()
  const draft = useRuleDraft()
  const frame = useFrame()
  const toasts = useToasts()
  const { copyText } = useCopying()
  return (row) => {
    const rule = proposeRule(row)
    if (rule === null) return false
    if (connection.connected) {
      draft.editText([insertLine(draft.lastLine, rule)], 'Rule proposed from an event')
      frame.go('rules')
    } else {
      toasts.show('A rule for events like this one', {
        kind: 'note',
        text: visible(rule),
        action: { label: 'Copy the rule', run: () => void copyText(rule, 'the rule') },
      })
    }
    return true
  }
}
