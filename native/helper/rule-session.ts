/** The rules that this session changed: journal first, then the kernel; and putting them back. */
import { ok, type Failure, type Result } from '../audit/result'
import type { OpenJournal, RuleJournal } from './journal'
import type { KernelApi } from './kernel-api'
import type { SessionChanges } from './messages'
import { listOf, ruleText, withPrepend } from './rule-bytes'
import { planRules, undoRules, type RuleStep } from './rule-plan'

/** Whether a change is taken back when the session ends. */
export type RuleLifetime = 'session' | 'kept'

/** A rule with its text, which is its identity. */
interface Rule {
  text: string
  bytes: Uint8Array
}

/** Rules that appear, and rules that go. */
interface RuleDifference {
  add: readonly Rule[]
  remove: readonly Rule[]
}

/** Changes rules. Its methods must not run at the same time. */
export class RuleSession {
  readonly #api: KernelApi
  readonly #journal: OpenJournal

  constructor(api: KernelApi, journal: OpenJournal) {
    this.#api = api
    this.#journal = journal
  }

  /** Adds a rule, as the last of its list or the first; returns the rule as the kernel lists it. */
  async add(
    bytes: Uint8Array,
    prepend: boolean,
    lifetime: RuleLifetime,
  ): Promise<Result<Uint8Array>> {
    const before = await this.#list()
    if (!before.ok) return before
    const rule = ruleOf(withPrepend(bytes, false))
    const change = { add: [rule], remove: [] }
    const previous = this.#journal.record.rules
    const noted = this.#note(before.value, change, lifetime)
    if (!noted.ok) return noted
    const added = await this.#api.addRule(withPrepend(bytes, prepend))
    if (!added.ok) return this.#forget(added, previous)
    const after = await this.#list()
    if (!after.ok) return after
    const listed = difference(before.value, after.value).add
    const known = listed.find(({ text }) => text === rule.text) ?? listed[0] ?? rule
    this.#renameAdded(rule, known)
    this.#done(change, lifetime)
    return ok(known.bytes)
  }

  /** Deletes a rule. */
  async delete(bytes: Uint8Array, lifetime: RuleLifetime): Promise<Result<null>> {
    const before = await this.#list()
    if (!before.ok) return before
    const rule = ruleOf(withPrepend(bytes, false))
    const previous = this.#journal.record.rules
    const noted = this.#note(before.value, { add: [], remove: [rule] }, lifetime)
    if (!noted.ok) return noted
    const deleted = await this.#api.deleteRule(rule.bytes)
    if (!deleted.ok) return this.#forget(deleted, previous)
    const after = await this.#list()
    if (!after.ok) return after
    // The kernel may list a rule a little differently from how it was named here: this is as it was listed.
    const { remove } = difference(before.value, after.value)
    const gone = { add: [], remove: remove.filter(({ text }) => text === rule.text) }
    const change = gone.remove.length > 0 ? gone : { add: [], remove: remove.slice(0, 1) }
    const renoted = this.#note(before.value, change, lifetime)
    if (!renoted.ok) return renoted
    this.#done(change, lifetime)
    return ok(null)
  }

  /** Makes the rules exactly these, in this order; on a refusal they are put back as they were. */
  async replace(
    wanted: readonly Uint8Array[],
    lifetime: RuleLifetime,
  ): Promise<Result<{ added: number; deleted: number }>> {
    const before = await this.#list()
    if (!before.ok) return before
    const target = wanted.map((bytes) => ruleOf(withPrepend(bytes, false)))
    const change = difference(before.value, target)
    const previous = this.#journal.record.rules
    const noted = this.#note(before.value, withMoved(change, before.value, target), lifetime)
    if (!noted.ok) return noted
    const applied = await this.#apply(before.value, target)
    if (!applied.ok) {
      const now = await this.#list()
      if (now.ok) await this.#apply(now.value, before.value)
      return this.#forget(applied, previous)
    }
    this.#done({ add: target, remove: change.remove }, lifetime)
    return ok({ added: change.add.length, deleted: change.remove.length })
  }

  /** Forgets the changes so far, but for the exemptions: they stay when the session ends. */
  async keep(exemptions: readonly Uint8Array[]): Promise<Result<null>> {
    const current = await this.#list()
    if (!current.ok) return current
    const exempt = new Set(exemptions.map(ruleText))
    const before = current.value.map(textOf).filter((text) => !exempt.has(text))
    const rules = exempt.size === 0 ? null : { before, added: [...exempt], deleted: [] }
    return this.#journal.update({ rules })
  }

  /** Puts the rules back, but for what others changed since; returns what reappeared and what went. */
  async undo(): Promise<Result<Pick<SessionChanges, 'rulesAdded' | 'rulesDeleted'>>> {
    const { rules } = this.#journal.record
    if (rules === null) return ok({ rulesAdded: [], rulesDeleted: [] })
    const current = await this.#list()
    if (!current.ok) return current
    const target = targetOfUndo(current.value, rules)
    const change = difference(current.value, target)
    const noted = this.#note(current.value, withMoved(change, current.value, target), 'session')
    if (!noted.ok) return noted
    const applied = await this.#apply(current.value, target)
    if (!applied.ok) return applied
    const written = this.#journal.update({ rules: null })
    if (!written.ok) return written
    const { add, remove } = change
    return ok({ rulesAdded: remove.map(textOf), rulesDeleted: add.map(textOf) })
  }

  async #list(): Promise<Result<Rule[]>> {
    const rules = await this.#api.rules()
    return rules.ok ? ok(rules.value.map(ruleOf)) : rules
  }

  /** Journals a change before it is made. The first one also journals the list as it was. */
  #note(current: readonly Rule[], change: RuleDifference, lifetime: RuleLifetime): Result<null> {
    const { rules } = this.#journal.record
    if (lifetime === 'kept') {
      return rules === null ? ok(null) : this.#journal.update({ rules: keptRules(rules, change) })
    }
    const before = rules ?? { before: current.map(textOf), added: [], deleted: [] }
    return this.#journal.update({
      rules: pendingRules(before, change, new Set(current.map(textOf))),
    })
  }

  /** Journals that a change was made. */
  #done(change: RuleDifference, lifetime: RuleLifetime): void {
    const { rules } = this.#journal.record
    if (lifetime === 'session' && rules !== null) {
      this.#journal.update({ rules: doneRules(rules, change) })
    }
  }

  /** Takes a noted change out of the journal again, because the kernel refused it. */
  #forget(failure: Failure, previous: RuleJournal | null): Failure {
    // After a time-out the change may have been made: putting back looks before it changes.
    if (failure.code !== 'timeout') this.#journal.update({ rules: previous })
    return failure
  }

  /** The kernel lists some rules a little differently from how they were sent: the journal knows them as listed. */
  #renameAdded(sent: Rule, listed: Rule): void {
    const { rules } = this.#journal.record
    if (rules === null || sent.text === listed.text) return
    const added = rules.added.map((text) => (text === sent.text ? listed.text : text))
    this.#journal.update({ rules: { ...rules, added } })
  }

  /** Makes `current` into `target`. */
  async #apply(current: readonly Rule[], target: readonly Rule[]): Promise<Result<null>> {
    for (const { kind, rule } of stepsTo(current, target)) {
      const result =
        kind === 'delete'
          ? await this.#api.deleteRule(rule.bytes)
          : await this.#api.addRule(withPrepend(rule.bytes, kind === 'prepend'))
      if (!result.ok) return result
    }
    return ok(null)
  }
}

/**
 * What putting a journal's rules back would change: rules that would go, as added by the session, and rules that would
 * come, as deleted by it. One that only has another place than before is both.
 */
export function rulesToUndo(
  listed: readonly Uint8Array[],
  rules: RuleJournal | null,
): Pick<SessionChanges, 'rulesAdded' | 'rulesDeleted'> {
  if (rules === null) return { rulesAdded: [], rulesDeleted: [] }
  const current = listed.map(ruleOf)
  const steps = stepsTo(current, targetOfUndo(current, rules))
  const texts = (isDelete: boolean): string[] =>
    steps.filter(({ kind }) => (kind === 'delete') === isDelete).map(({ rule }) => rule.text)
  return { rulesAdded: texts(true), rulesDeleted: texts(false) }
}

/** The rules as they are once a journal's changes are undone. */
function targetOfUndo(current: readonly Rule[], rules: RuleJournal): Rule[] {
  const changes = {
    before: rules.before.map(fromText),
    added: rules.added.map(fromText),
    deleted: rules.deleted.map(fromText),
  }
  return undoRules(current, changes, textOf)
}

/** The steps that make `current` into `target`, list by list. */
function stepsTo(current: readonly Rule[], target: readonly Rule[]): RuleStep<Rule>[] {
  const lists = new Set([...current, ...target].map(({ bytes }) => listOf(bytes)))
  return [...lists].flatMap((list) => {
    const inList = ({ bytes }: Rule) => listOf(bytes) === list
    return planRules(current.filter(inList), target.filter(inList), textOf)
  })
}

/** A difference with the rules that only move: each is gone for a moment. */
function withMoved(
  { add }: RuleDifference,
  current: readonly Rule[],
  target: readonly Rule[],
): RuleDifference {
  const steps = stepsTo(current, target)
  return { add, remove: steps.flatMap(({ kind, rule }) => (kind === 'delete' ? [rule] : [])) }
}

function ruleOf(bytes: Uint8Array): Rule {
  return { text: ruleText(bytes), bytes }
}

function fromText(text: string): Rule {
  return { text, bytes: Uint8Array.from(Buffer.from(text, 'base64')) }
}

function textOf({ text }: Rule): string {
  return text
}

function difference(current: readonly Rule[], target: readonly Rule[]): RuleDifference {
  const now = new Set(current.map(textOf))
  const then = new Set(target.map(textOf))
  return {
    add: target.filter(({ text }) => !now.has(text)),
    remove: current.filter(({ text }) => !then.has(text)),
  }
}

/**
 * The journal while a change is being made: whether the kernel has made it or not, putting back looks at what is there,
 * so nothing is taken out yet. What the kernel will refuse, because the rule is there already or is not, is no change.
 */
function pendingRules(
  rules: RuleJournal,
  { add, remove }: RuleDifference,
  present: ReadonlySet<string>,
): RuleJournal {
  const added = new Set(rules.added)
  const deleted = new Set(rules.deleted)
  for (const { text } of add) if (!deleted.has(text) && !present.has(text)) added.add(text)
  for (const { text } of remove) if (!added.has(text) && present.has(text)) deleted.add(text)
  return { ...rules, added: [...added], deleted: [...deleted] }
}

/** The journal after a change: what it added and deleted cancels what the session had deleted and added before. */
function doneRules(rules: RuleJournal, { add, remove }: RuleDifference): RuleJournal {
  const back = new Set(add.map(textOf))
  const gone = new Set(remove.map(textOf))
  return {
    ...rules,
    added: rules.added.filter((text) => !gone.has(text)),
    deleted: rules.deleted.filter((text) => !back.has(text)),
  }
}

/** A change that outlives the session is as if it had been made before it. */
function keptRules(rules: RuleJournal, { add, remove }: RuleDifference): RuleJournal {
  const come = add.map(textOf)
  const gone = new Set([...remove.map(textOf), ...come])
  const stays = (text: string) => !gone.has(text)
  return {
    before: [...rules.before.filter(stays), ...come],
    added: rules.added.filter(stays),
    deleted: rules.deleted.filter(stays),
  }
}
