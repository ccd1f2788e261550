/**
 * The rules as the user edits them: one text that the table, the form and the editor change. It starts as the kernel's
 * rules and stays while other views are open; Apply makes the kernel's rules what it says.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import {
  applyEdits,
  parseRuleFile,
  releaseOf,
  ruleIdentity,
  statementsOf,
  type Diagnostic,
  type RuleFile,
  type TextEdit,
} from '@native/audit/rule'
import { adviseFile } from '@native/audit/rule/advice'
import { diffRules, isSameSet } from '@native/audit/rule/diff'
import { machineOfName } from '@native/audit/rule/names'
import type { SettingChoice } from '@native/audit/settings/settings'
import { usePlatform } from '@renderer/platform/current'
import { encodeRule, kernelRule } from '@renderer/rules/codec'
import { LookupContext } from '@renderer/rules/names'
import { resultingRules } from '@renderer/rules/resulting'
import { rowsOf } from '@renderer/rules/rows'
import { useConnection } from './connection'
import { useHistory } from './history'
import { useRules } from './rules'

/** Texts up to this length are parsed with every key press; longer ones when the typing pauses. */
const PARSE_AT_ONCE = 8000
const PARSE_DELAY_MS = 200

/** The draft, read and judged. */
interface Reading {
  file: RuleFile
  /** Complaints and advice, in the order of the text. */
  diagnostics: readonly Diagnostic[]
}

export const useRuleDraft = defineStore('rule-draft', () => {
  const platform = usePlatform()
  const connection = useConnection()
  const rules = useRules()
  const history = useHistory()

  const text = ref('')
  /** The kernel's rules that the draft was made from; null while there is no draft. */
  const base = shallowRef<readonly string[] | null>(null)
  const context = shallowRef(makeContext())
  const reading = shallowRef<Reading>(read())
  let timer: ReturnType<typeof setTimeout> | undefined

  function makeContext(): LookupContext {
    const hello = connection.current.hello
    return new LookupContext(
      machineOfName(hello?.kernel.machine ?? '') ?? 'x86_64',
      hello?.status?.featureBitmap ?? null,
    )
  }

  function read(): Reading {
    const hello = connection.current.hello
    const release = hello ? releaseOf(hello.kernel.release) : null
    const file = parseRuleFile(text.value, context.value, { release, locked: null })
    const advice = adviseFile(file, context.value)
    const diagnostics = [...file.diagnostics, ...advice].sort((a, b) => a.start - b.start)
    return { file, diagnostics }
  }

  /** Reads the text, and once more when names had to be looked up. */
  async function reread(): Promise<void> {
    const mine = read()
    reading.value = mine
    const more = await context.value.resolve((names) => platform.invoke('rules.lookup', names))
    if (more && reading.value === mine) await reread()
  }

  watch(
    text,
    () => {
      clearTimeout(timer)
      if (text.value.length <= PARSE_AT_ONCE) void reread()
      else timer = setTimeout(() => void reread(), PARSE_DELAY_MS)
    },
    { flush: 'sync' },
  )
  watch(
    () => connection.current.hello,
    () => {
      context.value = makeContext()
      void reread()
    },
  )

  const file = computed(() => reading.value.file)
  const diagnostics = computed(() => reading.value.diagnostics)
  const rows = computed(() => rowsOf(file.value, diagnostics.value, context.value))

  /** The kernel's rules with their texts. */
  const kernel = computed(() => (rules.list ?? []).map((one) => kernelRule(one, context.value)))
  const kernelText = computed(() => kernel.value.map((rule) => `${rule.text}\n`).join(''))
  const kernelRules = computed(() => kernel.value.flatMap(({ rule }) => (rule ? [rule] : [])))
  /** Rules that this version does not understand: they stay in the kernel, whatever the draft says. */
  const opaque = computed(() => kernel.value.filter(({ rule }) => rule === null))

  /** The rules that Apply would load, in the kernel's order. */
  const wanted = computed(() => resultingRules(statementsOf(file.value)))
  const diff = computed(() => diffRules(kernelRules.value, wanted.value))

  /** The same as Apply sends it. Rules that are loaded already go as the kernel has them. */
  function encoded(): string[] {
    const loaded = new Map(
      kernel.value.flatMap(({ rule, encoded }) => (rule ? [[ruleIdentity(rule), encoded]] : [])),
    )
    const list = wanted.value.map(
      (rule) => loaded.get(ruleIdentity(rule)) ?? encodeRule({ ...rule, prepend: false }),
    )
    return [...opaque.value.map((rule) => rule.encoded), ...list]
  }

  /** Settings that the text sets (`-b`, `-e` ...), the last of each. */
  const settings = computed<SettingChoice>(() =>
    Object.fromEntries(
      statementsOf(file.value).flatMap((each) =>
        each.kind === 'set' ? [[each.setting, each.value]] : [],
      ),
    ),
  )
  /** The kernel's rules are no longer those that the draft was made from. */
  const outdated = computed(
    () => base.value !== null && rules.list !== null && !sameList(base.value, rules.list),
  )

  /** Forgets the draft: the text becomes the kernel's rules. */
  function load(): void {
    text.value = kernelText.value
    base.value = rules.list
  }
  /** Keeps the text, and compares it with the kernel's rules of now. */
  function rebase(): void {
    base.value = rules.list
  }

  // Without changes of the user's own the draft follows the kernel.
  let textAtBase = ''
  watch(
    kernelText,
    (now) => {
      if (rules.list === null) return
      if (base.value === null || text.value === textAtBase) load()
      textAtBase = now
    },
    { immediate: true },
  )
  watch(
    () => connection.connected,
    (connected) => {
      if (!connected && text.value === textAtBase) base.value = null
    },
  )

  /** Changes the text as one step that can be undone. */
  function edit(next: string, label: string): void {
    const before = text.value
    if (before === next) return
    text.value = next
    const put = (value: string) => () => {
      text.value = value
    }
    history.push({ label, undo: put(before), redo: put(next) })
  }

  return {
    text,
    file,
    diagnostics,
    context,
    rows,
    kernel,
    kernelText,
    kernelRules,
    opaque,
    diff,
    settings,
    /** Whether the text also sets settings, which Apply offers to set. */
    hasSettings: computed(() => Object.keys(settings.value).length > 0),
    /** Whether Apply would change the kernel's rules. */
    dirty: computed(() => base.value !== null && !isSameSet(diff.value)),
    outdated,
    /** The last line that says something; new rules are put behind it. */
    lastLine: computed(
      () => [...file.value.lines].reverse().find(({ kind }) => kind !== 'blank') ?? null,
    ),
    /** Keys in use, for completion. */
    keys: computed(() => [...new Set(rows.value.flatMap(({ keys }) => keys))]),
    errors: computed(() => diagnostics.value.filter(({ severity }) => severity === 'error')),
    encoded,
    load,
    rebase,
    edit,
    /** Edits of the text as it was parsed, as one step. */
    editText: (edits: readonly TextEdit[], label: string): void =>
      edit(applyEdits(text.value, edits), label),
  }
})

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index])
}
