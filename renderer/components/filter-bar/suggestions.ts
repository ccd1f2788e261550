/**
 * What the list under the filter shows while typing: fields, operators, joining words, and the values that occur, most
 * frequent first.
 */
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import {
  complete,
  valueOption,
  type Completion,
  type Names,
  type Option,
} from '@native/audit/query'
import { formatCount } from '@renderer/format/number'

/** Values that occur in a field and start with a text. */
export type AskValues = (
  field: string,
  prefix: string,
) => Promise<readonly { value: string; count: number }[]>

/** The store is asked this long after the last key, ms. */
const ASK_DELAY_MS = 40

export interface Suggestions {
  completion: ComputedRef<Completion>
  options: ComputedRef<readonly Option[]>
  /** The text and the cursor after an option was taken. */
  take: (option: Option) => { text: string; cursor: number }
}

/** Values that occur come first; those only known from tables follow. */
export function mergeOptions(
  known: readonly Option[],
  values: readonly { value: string; count: number }[],
): readonly Option[] {
  const occurring = values.map(({ value, count }) =>
    valueOption(value, `${formatCount(count)} events`),
  )
  const inserts = new Set(occurring.map(({ insert }) => insert))
  return [...occurring, ...known.filter(({ insert }) => !inserts.has(insert))]
}

/**
 * Whether the text at the cursor looks like the beginning of something longer: then filtering by it while typing would
 * only empty the views.
 */
export function isUnfinished(completion: Completion, options: readonly Option[]): boolean {
  if (completion.kind === 'operator') return true
  if (completion.prefix === '') return completion.kind === 'value'
  const typed = completion.prefix.toLowerCase()
  const longer = options.filter(({ label }) => label.toLowerCase().startsWith(typed))
  if (completion.kind !== 'value') return longer.length > 0
  return longer.length > 0 && !longer.some(({ label }) => label.toLowerCase() === typed)
}

export function useSuggestions(
  text: Ref<string>,
  cursor: Ref<number>,
  names: Names,
  ask: AskValues,
): Suggestions {
  const completion = computed(() => complete(text.value, cursor.value, names))
  const values = shallowRef<{ field: string; list: readonly { value: string; count: number }[] }>({
    field: '',
    list: [],
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  let newest = 0

  watch(
    () => [completion.value.field, completion.value.prefix] as const,
    ([field, prefix]) => {
      clearTimeout(timer)
      const mine = ++newest
      if (field === null) return
      timer = setTimeout(() => {
        void ask(field, prefix).then((list) => {
          if (mine === newest) values.value = { field, list }
        })
      }, ASK_DELAY_MS)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    clearTimeout(timer)
    newest++
  })

  const options = computed(() => {
    const { field, prefix, options: known } = completion.value
    if (field === null) return known
    const typed = prefix.toLowerCase()
    // The answer may be to what was typed before: what no longer fits goes at once.
    const fitting = values.value.list.filter(({ value }) => value.toLowerCase().startsWith(typed))
    return mergeOptions(known, values.value.field === field ? fitting : [])
  })

  function take(option: Option): { text: string; cursor: number } {
    const { from, to, kind } = completion.value
    const space = kind === 'value' && !text.value.slice(to).startsWith(' ') ? ' ' : ''
    const before = text.value.slice(0, from) + option.insert + space
    return { text: before + text.value.slice(to), cursor: before.length }
  }

  return { completion, options, take }
}
