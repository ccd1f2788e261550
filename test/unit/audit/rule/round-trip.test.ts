import { describe, expect, it } from 'vitest'
import {
  BARE_CONTEXT,
  compileRule,
  decompileRule,
  parseRule,
  printRule,
  ruleText,
} from '@native/audit/rule/index'

function rule(text: string) {
  const parsed = parseRule(text, BARE_CONTEXT)
  if (!parsed.ok) throw new Error(`${text}: ${parsed.message} ${parsed.hint}`)
  return parsed.value.rule
}

/** Text and what `auditctl -l` (3.0.9) prints for it. */
const PRINTED: readonly (readonly [string, string])[] = [
  [
    '-a always,exit -F arch=b64 -S unlink -F exe=/x -F key=k',
    '-a always,exit -F arch=b64 -S unlink -F exe=/x -F key=k',
  ],
  ['-w /etc/passwd -p wa -k id', '-w /etc/passwd -p wa -k id'],
  ['-a exit,never -F auid=unset', '-a never,exit -S all -F auid=-1'],
  [
    '-a always,exit -F arch=b32 -S unlink,open -F exit=-EACCES -F a1&=0x40',
    '-a always,exit -F arch=b32 -S open,unlink -F exit=-EACCES -F a1&=0x40',
  ],
  ['-A exclude,always -F msgtype=CWD', '-a always,exclude -F msgtype=CWD'],
  [
    '-a always,exit -F arch=b64 -S open -C uid!=euid -k a -k b',
    '-a always,exit -F arch=b64 -S open -C uid!=euid -F key=a -F key=b',
  ],
]

describe('a rule through text, bytes and back', () => {
  it.each(PRINTED)('prints %s as auditctl does', (text, printed) => {
    const back = decompileRule(compileRule(rule(text)))
    expect(back).toMatchObject({ ok: true })
    if (back.ok) expect(printRule(back.value)).toBe(printed)
  })

  it.each(PRINTED)('writes %s so that it reads back to the same rule', (text) => {
    const original = rule(text)
    expect(rule(ruleText(original))).toEqual(original)
  })
})
