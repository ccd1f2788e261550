/** What each command does. The table's keys are those of COMMANDS; arguments have been checked. */
import { fail, ok, type Result } from '../audit/result'
import { confirmWords, dangers } from '../audit/settings/dangers'
import { refusals } from '../audit/settings/changes'
import { SETTINGS, type SettingChoice } from '../audit/settings/settings'
import { explainRefusal } from './kernel-api'
import type { CheckedArgs, CommandName, CommandResult } from './protocol'
import { gatherFacts, listProcesses } from './facts'
import { isExemption, ruleBytes, ruleText } from './rule-bytes'
import type { HelperState } from './state'

type Handler<N extends CommandName> = (
  state: HelperState,
  args: CheckedArgs<N>,
) => Promise<Result<CommandResult<N>>>

/** The handlers by name. */
export const HANDLERS: { readonly [N in CommandName]: Handler<N> } = {
  async status({ sampler }) {
    const polled = await sampler.poll()
    return polled.ok ? ok(sampler.sample()) : polled
  },
  features: ({ api }) => api.switches(),
  set: setSettings,
  async resetLost({ api }) {
    const lost = await api.reset('lost')
    return lost.ok ? ok({ lost: lost.value }) : lost
  },
  async resetWaitTimeActual({ api }) {
    const waited = await api.reset('backlogWaitTimeActual')
    return waited.ok ? ok({ waited: waited.value }) : waited
  },
  setFeature,
  async 'rules.list'({ api }) {
    const rules = await api.rules()
    return rules.ok ? ok(rules.value.map(ruleText)) : rules
  },
  async 'rules.add'({ rules }, { rule, prepend, keep }) {
    const bytes = ruleBytes(rule)
    if (!bytes.ok) return bytes
    const added = await rules.add(bytes.value, prepend, keep ? 'kept' : 'session')
    return added.ok ? ok(null) : added
  },
  async 'rules.delete'({ rules }, { rule, keep }) {
    const bytes = ruleBytes(rule)
    return bytes.ok ? rules.delete(bytes.value, keep ? 'kept' : 'session') : bytes
  },
  async 'rules.deleteAll'({ rules }, { keep }) {
    const replaced = await rules.replace([], keep ? 'kept' : 'session')
    return replaced.ok ? ok({ deleted: replaced.value.deleted }) : replaced
  },
  async 'rules.replace'({ rules }, { rules: texts, keep }) {
    const bytes = allRuleBytes(texts)
    return bytes.ok ? rules.replace(bytes.value, keep ? 'kept' : 'session') : bytes
  },
  preview: ({ subscription }, args) => subscription.preview(args),
  subscribe: ({ subscription }, args) => subscription.subscribe(args),
  unsubscribe: ({ subscription }) => subscription.unsubscribe(),
  async exempt({ exemptions }, { rules: texts }) {
    const bytes = allRuleBytes(texts)
    if (!bytes.ok) return bytes
    if (!bytes.value.every(isExemption)) {
      return fail(
        'usage',
        'Only exit,never rules exempt a process.',
        'Add other rules with rules.add.',
      )
    }
    const replaced = await exemptions.replace(bytes.value)
    return replaced.ok ? ok({ rules: bytes.value.length }) : replaced
  },
  governor: ({ governing }, { budget }) => governing.set(budget),
  'lab.slow': ({ governing }, { pauseMicroseconds }) =>
    Promise.resolve(governing.slowDown(pauseMicroseconds)),
  guard: (state) => state.startGuard(),
  facts: async (state) => ok(await gatherFacts(state.api, state.access, state.seenOn)),
  processes: () => Promise.resolve(ok(listProcesses())),
  'session.changes': ({ restorer }) => Promise.resolve(ok(restorer.changes)),
  'session.keep': ({ restorer }) => Promise.resolve(restorer.keep()),
  'journal.restore': ({ restorer }, { id }) => restorer.restoreLeftover(id),
  'journal.discard': ({ restorer }, { id }) => Promise.resolve(restorer.discardLeftover(id)),
  authorize: ({ authority }) => authority.authorize(),
  async lock({ authority }) {
    authority.lock()
    return ok(null)
  },
  stop: (state) => state.stop(),
}

async function setSettings(
  state: HelperState,
  { keep, confirm, ...choice }: CheckedArgs<'set'>,
): Promise<Result<CommandResult<'set'>>> {
  const { api, settings, hz } = state
  const current = await api.status()
  if (!current.ok) return current
  const wanted = withoutAbsent(choice)
  const refused = refusals(current.value, wanted, hz)[0]
  if (refused !== undefined) {
    return fail(current.value.enabled === 2 ? 'locked' : 'EINVAL', refused.text)
  }
  const context = {
    hz,
    otherDaemon: null,
    daemonRegistered: current.value.pid !== 0,
    backlog: current.value.backlog,
    memoryBytes: null,
  }
  const found = dangers(current.value, wanted, context)
  const missing = confirmWords(found).find((word) => !confirm.includes(word))
  if (missing !== undefined) {
    const danger = found.find((each) => each.confirm === missing)!
    return fail(
      `confirm-${missing}`,
      danger.text,
      `Nothing was changed; confirm it with "${missing}".`,
    )
  }
  const pairs = SETTINGS.flatMap(({ key }) =>
    wanted[key] === undefined ? [] : [[key, wanted[key]] as const],
  )
  const changes = await settings.set(pairs, current.value, keep ? 'kept' : 'session')
  if (!changes.ok) return changes
  const status = await api.status()
  if (status.ok && status.value.enabled > 0) state.noteOn()
  return status.ok ? ok({ status: status.value, changes: changes.value }) : status
}

async function setFeature(
  { api }: HelperState,
  { name, enabled, locked, confirm }: CheckedArgs<'setFeature'>,
): Promise<Result<CommandResult<'setFeature'>>> {
  if (locked && !confirm.includes('lock')) {
    return fail(
      'confirm-lock',
      `${name} will stay as it is until the machine is booted again.`,
      'Nothing was changed; confirm it with "lock".',
    )
  }
  const set = await api.setSwitch({ name, enabled, locked })
  return set.ok ? api.switches() : explainRefusal(set)
}

function allRuleBytes(texts: readonly string[]): Result<Uint8Array[]> {
  const rules: Uint8Array[] = []
  for (const text of texts) {
    const bytes = ruleBytes(text)
    if (!bytes.ok) return bytes
    rules.push(bytes.value)
  }
  return ok(rules)
}

function withoutAbsent(choice: { [K in keyof SettingChoice]?: number | undefined }): SettingChoice {
  return Object.fromEntries(Object.entries(choice).filter(([, value]) => value !== undefined))
}
