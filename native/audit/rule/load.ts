/** What loading a rules file comes to: the rules that the kernel will have, and the settings, before anything is changed. */
import { fail, ok, type Failure, type Result } from '../result'
import { isLoadable, type RuleFile } from './file'
import { LIST_NAMES, LISTS, type ListName, type Rule } from './model'
import { ruleKeys } from './print'
import type { RuleFileCommand, RuleFileSetting, RuleStatement, Statement } from './statement'
import { compileRule, decompileRule, kernelForm, ruleIdentity } from './struct'

/** A rule that the kernel has or will have. */
export interface PlannedRule {
  list: ListName
  bytes: Uint8Array
  /** Equal exactly when the kernel holds two rules for the same. */
  identity: string
  /** Null for a rule of the kernel that this version does not understand. */
  rule: Rule | null
  /** The line that it comes from, from 1; null when the kernel has it already. */
  line: number | null
}

export interface PlannedSetting {
  setting: RuleFileSetting
  value: number
  line: number
}

/** What loading comes to. */
export interface LoadPlan {
  /** The kernel's rules now and then, in the kernel's order. */
  before: PlannedRule[]
  after: PlannedRule[]
  /** Settings in the file's order; the last of a kind counts. */
  settings: PlannedSetting[]
  /** What is done once after the rules are there; it cannot be undone. */
  commands: PlannedCommand[]
}

/** A command of a rules file. `equivalent`: what is mounted at `subtree` is watched wherever `mount` is. */
export type PlannedCommand = { line: number } & (
  { command: RuleFileCommand } | { command: 'equivalent'; mount: string; subtree: string }
)

/** A rule of the kernel's list. */
export function plannedRule(bytes: Uint8Array): PlannedRule {
  const rule = decompileRule(bytes)
  if (rule.ok) {
    const { list } = rule.value
    return { list, bytes, identity: ruleIdentity(rule.value), rule: rule.value, line: null }
  }
  // Kept where it is, by its bytes.
  const number = bytes[0] ?? LISTS.exit
  const list = LIST_NAMES.find((name) => LISTS[name] === number) ?? 'exit'
  return { list, bytes, identity: `bytes ${bytes.join(' ')}`, rule: null, line: null }
}

/**
 * Works out what loading a file leaves in the kernel, as auditctl -R would do it line by line. Fails with the line when the
 * file has errors or the kernel would refuse a line; nothing has been changed then.
 * @param current struct audit_rule_data of the kernel's rules
 * @param replace whether all rules go first
 */
export function planLoad(
  file: RuleFile,
  current: readonly Uint8Array[],
  replace: boolean,
): Result<LoadPlan> {
  if (!isLoadable(file)) return firstError(file)
  const before = current.map(plannedRule)
  const plan: LoadPlan = {
    before,
    after: replace ? [] : [...before],
    settings: [],
    commands: [],
  }
  for (const statement of file.lines.flatMap(({ statements }) => statements)) {
    const { line } = file.index.at(statement.start)
    const refused = apply(plan, statement, line)
    if (refused !== null) return atLine(line, refused)
  }
  plan.after = LIST_NAMES.flatMap((list) => plan.after.filter((rule) => rule.list === list))
  return ok(plan)
}

function firstError(file: RuleFile): Failure {
  const error = file.diagnostics.find(({ severity }) => severity === 'error')!
  return atLine(file.index.at(error.start).line, fail('usage', error.message, error.hint))
}

/** Puts the line before a failure's message. */
export function atLine(line: number, { code, message, hint }: Failure): Failure {
  return fail(code, `Line ${line}: ${message}`, hint)
}

function apply(plan: LoadPlan, statement: Statement, line: number): Failure | null {
  switch (statement.kind) {
    case 'rule':
      return statement.operation === 'add' ? add(plan, statement, line) : remove(plan, statement)
    case 'deleteAll':
      plan.after = plan.after.filter((rule) => !isMeant(rule, statement.key))
      return null
    case 'set':
      plan.settings.push({ setting: statement.setting, value: statement.value, line })
      return null
    case 'command':
      plan.commands.push({ command: statement.command, line })
      return null
    case 'equivalent': {
      const { mount, subtree } = statement
      plan.commands.push({ command: 'equivalent', mount, subtree, line })
      return null
    }
    case 'message':
      return unsupported(
        '`-m` writes a message into the log, each time that the file is loaded; it is no rule.',
        'Leave it out; auditctl -m TEXT writes one.',
      )
    case 'signal':
      return unsupported(
        '`--signal` is for the audit daemon, not for the kernel, and has no effect on rules.',
        'Leave it out; auditctl --signal NAME, or systemctl, sends one to auditd.',
      )
    case 'onError':
    case 'query':
      return null
  }
}

function unsupported(message: string, hint: string): Failure {
  return fail('unsupported', message, hint)
}

function add(plan: LoadPlan, { rule }: RuleStatement, line: number): Failure | null {
  const identity = ruleIdentity(rule)
  const present = plan.after.findIndex((each) => each.identity === identity)
  if (present !== -1 && !rule.prepend)
    return fail(
      'EEXIST',
      'The kernel has this rule already.',
      'Delete the line, begin the file with -D, or replace all rules.',
    )
  // The kernel takes a prepended rule a second time; the one behind it then never decides, so that it can go.
  if (present !== -1) plan.after.splice(present, 1)
  const planned = { list: rule.list, bytes: compileRule(kernelForm(rule)), identity, rule, line }
  if (rule.prepend) plan.after.unshift(planned)
  else plan.after.push(planned)
  return null
}

function remove(plan: LoadPlan, { rule }: RuleStatement): Failure | null {
  const identity = ruleIdentity(rule)
  const at = plan.after.findIndex((each) => each.identity === identity)
  if (at === -1)
    return fail(
      'ENOENT',
      'The kernel has no such rule to delete.',
      'Every field and its order must be the same.',
    )
  plan.after.splice(at, 1)
  return null
}

/** `-D -k KEY` means the rules of which a key contains the text. */
function isMeant({ rule }: PlannedRule, key: string | null): boolean {
  if (key === null) return true
  return rule !== null && ruleKeys(rule).some((each) => each.includes(key))
}
