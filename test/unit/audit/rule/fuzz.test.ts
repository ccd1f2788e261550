/**
 * Whatever is in a rules file or comes from a kernel: nothing is thrown, nothing hangs, and what is understood means the same
 * after each way there and back. Runs for a second; `AUDITSCOPE_FUZZ_SECONDS=60` makes it as long as one likes:
 *
 *     AUDITSCOPE_FUZZ_SECONDS=60 npx vitest run --project unit test/unit/audit/rule/fuzz.test.ts
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Adviser, ruleCost } from '@native/audit/rule/advice'
import { completeAt, helpAt } from '@native/audit/rule/editor'
import {
  RuleReader,
  applyEdits,
  checkRule,
  compileRule,
  contextOf,
  decompileRule,
  explainStatement,
  explainRule,
  parseRule,
  planLoad,
  printRule,
  ruleIdentity,
  ruleText,
  type RuleFile,
} from '@native/audit/rule'
import { RULE_HEADER_BYTES } from '@native/audit/rule/struct'
import { decodeUtf8 } from '@native/audit/text'
import { anyLine } from './arbitraries'

const SECONDS = Number(process.env.AUDITSCOPE_FUZZ_SECONDS ?? '1')
const context = contextOf({
  machine: 'x86_64',
  users: { root: 0, daemon: 1 },
  groups: { root: 0, daemon: 1 },
  directories: ['/etc'],
  features: null,
})

const COMMANDS =
  '-D|-D -k x|-e 2|-e 1|-f 2|-b 8192|-r 0|-i|-c|-l|-s|-t|-q /a,/b|-m some words|--signal HUP|--reset-lost|--loginuid-immutable|' +
  '--backlog_wait_time 60000|-v|-h|-R /x|#-w /etc/hosts -p wa|# words||-a|-F|-S|-k|--'
const line = fc.oneof(
  { weight: 6, arbitrary: anyLine },
  fc.constantFrom(...COMMANDS.split('|')),
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.string({ unit: fc.constantFrom(...'-aAdwWpkFSC=!<>&, \\\t\r#"x0b6é\0'), maxLength: 60 }),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => decodeUtf8(bytes)),
)
const text = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'))
/** A place as a share of a text's length, characters that go there, and what comes instead. */
const edit = fc.tuple(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.nat(6),
  fc.string({ unit: fc.constantFrom(...'-FSak=,!& \n\\x0'), maxLength: 4 }),
)
const kernelBytes = fc.tuple(
  fc.uint8Array({ minLength: RULE_HEADER_BYTES - 4, maxLength: RULE_HEADER_BYTES + 80 }),
  fc.array(fc.tuple(fc.nat(RULE_HEADER_BYTES + 20), fc.nat(255)), { maxLength: 6 }),
)

function checkFile(file: RuleFile, adviser: Adviser): void {
  expect(file.lines.map(({ start, end }) => file.text.slice(start, end)).join('\n')).toBe(file.text)
  for (const { start, end, message, fixes } of [
    ...file.diagnostics,
    ...adviser.advise(file).all(),
  ]) {
    expect(start >= 0 && end >= start && end <= file.text.length, message).toBe(true)
    for (const { edits } of fixes) applyEdits(file.text, edits)
  }
  for (const { statements } of file.lines)
    for (const statement of statements) {
      explainStatement(statement, context)
      if (statement.kind !== 'rule') continue
      const { rule } = statement
      const back = decompileRule(compileRule(rule))
      expect(back).toEqual({ ok: true, value: rule })
      printRule(rule, context)
      ruleCost(rule, context)
      const written = ruleText(rule, context)
      // auditctl deletes some rules that it would not add, such as one of the task list with syscalls; what no kernel takes,
      // such as two fields for keys, is never written.
      if (statement.operation === 'delete' || checkRule(rule).length > 0) continue
      const again = parseRule(written, context)
      expect(again.ok && ruleIdentity(again.value.rule), written).toBe(ruleIdentity(rule))
    }
  planLoad(file, [], true)
}

function checkText(original: string, edits: readonly [number, number, string][]): void {
  const reader = new RuleReader(context)
  const adviser = new Adviser(context)
  let current = original
  checkFile(reader.read(current), adviser)
  for (const [share, length, inserted] of edits) {
    const at = Math.floor(share * current.length)
    current = current.slice(0, at) + inserted + current.slice(at + length)
    checkFile(reader.read(current), adviser)
    completeAt(current, at, context)
    helpAt(current, at, context)
  }
}

function checkBytes(bytes: Uint8Array, changes: readonly (readonly [number, number])[]): void {
  const changed = bytes.slice()
  for (const [at, value] of changes) if (at < changed.length) changed[at] = value
  const rule = decompileRule(changed)
  if (!rule.ok) return
  // Whatever a kernel says that it has can be shown, explained and written down.
  printRule(rule.value, context)
  explainRule(rule.value, context)
  ruleText(rule.value, context)
  expect(decompileRule(compileRule(rule.value))).toEqual(rule)
}

/** Bytes of a rule that a kernel could list, with some of them changed. */
const listed = anyLine
  .map((written) => parseRule(written, context))
  .filter((parsed) => parsed.ok)
  .map((parsed) =>
    compileRule((parsed as { value: { rule: Parameters<typeof compileRule>[0] } }).value.rule),
  )

it(
  'reads anything without a fault, and keeps its meaning',
  () => {
    const end = Date.now() + SECONDS * 1000
    let runs = 0
    while (runs === 0 || Date.now() < end) {
      fc.assert(fc.property(text, fc.array(edit, { maxLength: 4 }), checkText), { numRuns: 50 })
      fc.assert(
        fc.property(
          fc.oneof(
            kernelBytes,
            fc.tuple(
              listed,
              kernelBytes.map(([, changes]) => changes),
            ),
          ),
          ([bytes, changes]) => checkBytes(bytes, changes),
        ),
        { numRuns: 50 },
      )
      runs += 100
    }
    process.stdout.write(`${runs} runs in ${SECONDS} s\n`)
  },
  (SECONDS + 60) * 1000,
)
