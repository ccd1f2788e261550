/** `auditscope rules load`: a whole file or nothing. */
import { counted } from '@native/audit/numbers'
import { fail, ok, type Failure, type Result } from '@native/audit/result'
import {
  LIST_NAMES,
  atLine,
  planLoad,
  plannedRule,
  type LoadPlan,
  type PlannedCommand,
  type PlannedRule,
  type PlannedSetting,
} from '@native/audit/rule'
import type { AuditStatus } from '@native/audit/status/status'
import type { KernelApi } from '@native/helper/kernel-api'
import { withPrepend } from '@native/helper/rule-bytes'
import { planRules } from '@native/helper/rule-plan'
import { command } from '../../command'
import { withRootHint } from '../../refusal'
import { openRules, unlessLocked } from './kernel-rules'
import { readRules } from './read-file'

const CONFIRMATIONS = ['panic', 'lock', 'panic,lock', 'lock,panic'] as const

export const load = command({
  name: 'load',
  summary: 'Load a rules file into the kernel, all of it or nothing.',
  details:
    'Rules are added to those that are there, unless the file begins with -D or --replace is given; rules that stay are not touched. When the kernel refuses one, the previous rules and settings are put back. FILE can be - for standard input.',
  flags: {
    replace: { kind: 'switch', help: 'Remove every rule that the file does not have.' },
    confirm: {
      kind: 'choice',
      choices: CONFIRMATIONS,
      help: 'Accept that the file makes the machine panic on loss (-f 2), or locks it (-e 2).',
    },
  },
  positionals: { placeholder: 'FILE', min: 1, max: 1 },
  async run({ flags, args, io }) {
    const opened = await openRules(io)
    if (!opened.ok) return opened
    const { api, context, facts } = opened.value
    const unlocked = unlessLocked(opened.value)
    if (!unlocked.ok) return unlocked
    const file = await readRules(args[0]!, io, context, facts)
    if (!file.ok) return file
    const current = await api.rules()
    if (!current.ok) return withRootHint(current)
    const plan = planLoad(file.value, current.value, flags.replace)
    if (!plan.ok) return plan
    const unconfirmed = dangers(plan.value, flags.confirm ?? '')
    if (unconfirmed !== null) return unconfirmed
    const applied = await applyPlan(plan.value, api)
    if (!applied.ok) return applied
    const { added, deleted } = applied.value
    await io.out.write(
      `${counted(added, 'rule')} added, ${counted(deleted, 'rule')} deleted, ${counted(plan.value.after.length, 'rule')} in the kernel\n`,
    )
    return ok(null)
  },
})

/** What must be confirmed first, by the word that confirms it. */
function dangers({ settings }: LoadPlan, confirmed: string): Failure | null {
  const words = confirmed.split(',')
  const panic = settings.find(({ setting, value }) => setting === 'failure' && value === 2)
  if (panic !== undefined && !words.includes('panic'))
    return atLine(
      panic.line,
      fail(
        'confirm-panic',
        'With -f 2 the machine panics when a record is lost.',
        'Add --confirm panic to accept that.',
      ),
    )
  const lock = settings.find(({ setting, value }) => setting === 'enabled' && value === 2)
  if (lock !== undefined && !words.includes('lock'))
    return atLine(
      lock.line,
      fail(
        'confirm-lock',
        '-e 2 locks rules and settings until the next boot.',
        'Add --confirm lock to accept that.',
      ),
    )
  return null
}

/** Limits come before the rules that need them; what turns auditing on, or locks, comes last. */
const BEFORE_RULES = ['backlogLimit', 'backlogWaitTime', 'rateLimit'] as const
const AFTER_RULES = ['failure', 'enabled'] as const

async function applyPlan(
  plan: LoadPlan,
  api: KernelApi,
): Promise<Result<{ added: number; deleted: number }>> {
  const status = await api.status()
  if (!status.ok) return withRootHint(status)
  const done: PlannedSetting['setting'][] = []
  const changed = await applyAll(plan, api, status.value, done)
  if (changed.ok) return changed
  const restored = await restore(plan, api, status.value, done)
  return fail(
    changed.code,
    changed.message,
    restored.ok
      ? `${changed.hint} The previous rules and settings are back.`.trim()
      : `The previous rules could not all be put back: ${restored.message}`,
  )
}

async function applyAll(
  plan: LoadPlan,
  api: KernelApi,
  status: AuditStatus,
  done: PlannedSetting['setting'][],
): Promise<Result<{ added: number; deleted: number }>> {
  const setAll = async (names: readonly PlannedSetting['setting'][]): Promise<Result<null>> => {
    for (const name of names) {
      const wanted = plan.settings.filter(({ setting }) => setting === name).at(-1)
      if (wanted === undefined || status[name] === wanted.value) continue
      const set = await api.set(name, wanted.value)
      if (!set.ok) return atLine(wanted.line, set)
      done.push(name)
    }
    return ok(null)
  }
  const limits = await setAll(BEFORE_RULES)
  if (!limits.ok) return limits
  const rules = await applyRules(plan.before, plan.after, api)
  if (!rules.ok) return rules
  for (const command of plan.commands) {
    const run = await runCommand(command, api)
    if (!run.ok) return atLine(command.line, run)
  }
  const rest = await setAll(AFTER_RULES)
  return rest.ok ? rules : rest
}

function runCommand(planned: PlannedCommand, api: KernelApi): Promise<Result<unknown>> {
  switch (planned.command) {
    case 'loginuidImmutable':
      return api.setSwitch({ name: 'loginuid_immutable', enabled: true, locked: true })
    case 'resetLost':
      return api.reset('lost')
    case 'resetWaitTimeActual':
      return api.reset('backlogWaitTimeActual')
    case 'trimSubtrees':
      return api.trimTrees()
    case 'equivalent':
      return api.makeEquivalent(planned.mount, planned.subtree)
  }
}

/** Takes the steps from one list of rules to another; a refusal names the rule's line. */
async function applyRules(
  before: readonly PlannedRule[],
  after: readonly PlannedRule[],
  api: KernelApi,
): Promise<Result<{ added: number; deleted: number }>> {
  let added = 0
  let deleted = 0
  for (const list of LIST_NAMES) {
    const of = (rules: readonly PlannedRule[]): PlannedRule[] =>
      rules.filter((rule) => rule.list === list)
    for (const { kind, rule } of planRules(of(before), of(after), ({ identity }) => identity)) {
      const step =
        kind === 'delete'
          ? await api.deleteRule(rule.bytes)
          : await api.addRule(withPrepend(rule.bytes, kind === 'prepend'))
      if (!step.ok) return rule.line === null ? step : atLine(rule.line, step)
      if (kind === 'delete') deleted++
      else added++
    }
  }
  return ok({ added, deleted })
}

async function restore(
  { before }: LoadPlan,
  api: KernelApi,
  status: AuditStatus,
  done: readonly PlannedSetting['setting'][],
): Promise<Result<null>> {
  const now = await api.rules()
  if (!now.ok) return now
  const rules = await applyRules(now.value.map(plannedRule), before, api)
  if (!rules.ok) return rules
  for (const name of [...done].reverse()) {
    const value = status[name]
    const set = value === null ? ok(null) : await api.set(name, value)
    if (!set.ok) return set
  }
  return ok(null)
}
