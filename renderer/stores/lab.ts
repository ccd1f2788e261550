/** The overload lab: the experiment that the form describes, and what main tells about runs. Kept while other views are open. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { IDLE_LAB, type LabState } from '@native/audit/lab/messages'
import type { LabResult } from '@native/audit/lab/result'
import {
  BOUNDS,
  DEFAULTS,
  expectedMs,
  LONGEST_MS,
  type LabSettings,
} from '@native/audit/lab/settings'
import type { Result } from '@native/audit/result'
import { usePlatform } from '@renderer/platform/current'
import { formatCount, formatDuration } from '@renderer/format/number'

/** Numbers of the form. */
export type LabNumber = keyof typeof BOUNDS

export const useLab = defineStore('lab', () => {
  const platform = usePlatform()
  const draft = ref<LabSettings>({ ...DEFAULTS })
  /** Numbers whose typed text is none, or out of bounds, with what is wrong. */
  const invalid = shallowRef<Partial<Record<LabNumber, string>>>({})
  const state = shallowRef<LabState>(IDLE_LAB)
  /** Positions in the results: the shown one and the one it is compared with; null for the newest and the one before. */
  const shown = ref<number | null>(null)
  const compared = ref<number | null>(null)

  platform.on('lab', (next) => {
    // A new result is what one wants to see, beside the one before.
    if (next.results.length !== state.value.results.length) shown.value = compared.value = null
    state.value = next
  })

  const shownAt = computed(() => shown.value ?? state.value.results.length - 1)
  const comparedAt = computed(() => compared.value ?? shownAt.value - 1)
  const result = computed<LabResult | null>(() => state.value.results[shownAt.value] ?? null)
  const before = computed<LabResult | null>(() => state.value.results[comparedAt.value] ?? null)

  const expected = computed(() => expectedMs(draft.value))
  const problem = computed(() =>
    expected.value > LONGEST_MS
      ? `The calls would be held up for about ${formatDuration(expected.value)}; after ${formatDuration(LONGEST_MS)} an experiment is cut off.`
      : '',
  )

  function setNumber(name: LabNumber, value: number | null): void {
    const { min, max } = BOUNDS[name]
    const { [name]: _was, ...others } = invalid.value
    const fits = value !== null && value >= min && value <= max
    invalid.value = fits
      ? others
      : { ...others, [name]: `A number from ${formatCount(min)} to ${formatCount(max)}.` }
    if (fits) draft.value = { ...draft.value, [name]: value }
  }

  /** The pause belongs to the consumer: the naive one has it, the helper does without. */
  function setConsumer(consumer: LabSettings['consumer']): void {
    const delayMs = consumer === 'naive' ? DEFAULTS.delayMs : 0
    draft.value = { ...draft.value, consumer, delayMs }
    const { delayMs: _was, ...others } = invalid.value
    invalid.value = others
  }

  /** Fills the form in. */
  function load(settings: LabSettings): void {
    draft.value = { ...settings }
    invalid.value = {}
  }

  const start = (settings: LabSettings | null): Promise<Result<null>> =>
    platform.invoke('lab.start', { settings })

  return {
    draft,
    invalid,
    state,
    result,
    before,
    shown: shownAt,
    compared: comparedAt,
    expected,
    problem,
    runnable: computed(
      () => !state.value.running && problem.value === '' && Object.keys(invalid.value).length === 0,
    ),
    setNumber,
    setConsumer,
    load,
    show: (at: number): void => {
      shown.value = at
    },
    compare: (at: number): void => {
      compared.value = at
    },
    run: (): Promise<Result<null>> => start(draft.value),
    /** Every experiment that this project began with, and its questions answered. */
    runAll: (): Promise<Result<null>> => start(null),
    cancel: (): Promise<Result<null>> => platform.invoke('lab.cancel', {}),
  }
})
