/**
 * The rules as the user edits them: one text that the table, the form and the editor change. It starts as the kernel's
 * rules and stays while other views are open; Apply makes the kernel's rules what it says.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import {
  applyEdits,
  RuleReader,
  originOf,
  releaseOf,
  ruleIdentity,
  unplacedStatements,
  type RuleFile,
  type KernelFacts,
  type Statement,
  type TextEdit,
} from '@native/audit/rule'
import { Adviser, Problems } from '@native/audit/rule/advice'
import { diffRules, isSameSet } from '@native/audit/rule/diff'
import { machineOfName } from '@native/audit/rule/names'
import type { SettingChoice } from '@native/audit/settings/settings'
import { usePlatform } from '@renderer/platform/current'
import { encodeRule, kernelRule } from '@renderer/rules/codec'
import { LookupContext } from '@renderer/rules/names'
import { resultingRules } from '@renderer/rules/resulting'
import { countRows, keysOf, rowsOf } from '@renderer/rules/rows'
import { useConnection } from './connection'
import { useHistory } from './history'
import { useRules } from './rules'

/** Statements that a set of rules does not consist of. */
const OTHER_COMMANDS: ReadonlySet<Statement['kind']> = new Set<Statement['kind']>([
  'command',
  'equivalent',
  'message',
  'signal',
])

/** The draft, read and judged. */
interface Reading {
  file: RuleFile
  /** Complaints and advice. */
  problems: Problems
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
  /** What the connected kernel can do, so that what it lacks is said while a rule is written. */
  const kernelFacts = computed<KernelFacts>(() => {
    const hello = connection.current.hello
    return { release: hello ? releaseOf(hello.kernel.release) : null, locked: null }
  })
  // Both remember what they have read: after a key press they look at one line.
  let reader = makeReader()
  let adviser = new Adviser(context.value)
  const reading = shallowRef<Reading>(read())

  function makeContext(): LookupContext {
    const hello = connection.current.hello
    return new LookupContext(
      machineOfName(hello?.kernel.machine ?? '') ?? 'x86_64',
      hello?.status?.featureBitmap ?? null,
    )
  }

  function makeReader(): RuleReader {
    return new RuleReader(context.value, kernelFacts.value)
  }

  function read(): Reading {
    const file = reader.read(text.value)
    return { file, problems: new Problems(file, adviser.advise(file)) }
  }

  /** Counts what was learned of names: whoever reads a rule's text reads it again then. */
  const lookedUp = ref(0)

  /** Reads the text, and once more when something is known of its names that was not known before. */
  function reread(): void {
    reading.value = read()
    void lookUp()
  }

  /** Looks up the names that were asked for since, by the draft or by whoever reads other text in its context. */
  async function lookUp(): Promise<void> {
    const own = reader
    const learned = await context.value.resolve((names) => platform.invoke('rules.lookup', names))
    if (learned.size === 0 || own !== reader) return
    lookedUp.value++
    reader.learned(learned)
    reread()
  }

  watch(text, reread, { flush: 'sync' })
  watch(
    () => connection.current.hello,
    () => {
      context.value = makeContext()
      reader = makeReader()
      adviser = new Adviser(context.value)
      reread()
    },
  )

  const file = computed(() => reading.value.file)
  const problems = computed(() => reading.value.problems)
  const rows = computed(() => rowsOf(file.value, problems.value, context.value))

  /** The kernel's rules with their texts. */
  const kernel = computed(() => (rules.list ?? []).map((one) => kernelRule(one, context.value)))
  const kernelText = computed(() => kernel.value.map((rule) => `${rule.text}\n`).join(''))
  const kernelRules = computed(() => kernel.value.flatMap(({ rule }) => (rule ? [rule] : [])))
  /** Rules that this version does not understand: they stay in the kernel, whatever the draft says. */
  const opaque = computed(() => kernel.value.filter(({ rule }) => rule === null))

  /** The rules that Apply would load, in the kernel's order. */
  const wanted = computed(() => resultingRules(unplacedStatements(file.value)))
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
      unplacedStatements(file.value).flatMap((each) =>
        each.kind === 'set' ? [[each.setting, each.value]] : [],
      ),
    ),
  )
  /** What the text says besides rules and settings, as it is written: Apply does not do it. */
  const commands = computed(() =>
    file.value.lines.flatMap((line) =>
      originOf(line).statements.some(({ kind }) => OTHER_COMMANDS.has(kind))
        ? file.value.text.slice(line.start, line.end).trim()
        : [],
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
    problems,
    context,
    kernelFacts,
    lookUp,
    lookedUp,
    /** The table's rows; long files have many: {@link ruleCount} only counts them. */
    rows,
    ruleCount: computed(() => countRows(file.value)),
    kernel,
    kernelText,
    kernelRules,
    opaque,
    diff,
    settings,
    commands,
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
    keys: computed(() => keysOf(file.value)),
    /** How many errors keep it from being applied. */
    errors: computed(() => problems.value.count('error')),
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
