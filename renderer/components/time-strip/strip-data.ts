/** What the strip shows, asked of the store: the rates of the window, and the kernel's samples in a live session. */
import { shallowRef, type ShallowRef } from 'vue'
import type { Samples, Series, SeriesKind } from '@contract/store'
import type { Failure } from '@native/audit/result'
import { usePoll } from '@renderer/composables/events/poll'
import { usePlatform } from '@renderer/platform/current'
import { useFilter } from '@renderer/stores/filter'
import { useSessions } from '@renderer/stores/sessions'
import { align, spanOf, stepFor, type TimeSpan, type TimeWindow } from './time-window'

/** Px of a bar, at least. */
const BAR_PX = 4
/** Most steps that the store answers with. */
const MAX_STEPS = 2000
/** Groups with a colour of their own; the rest is one. */
const GROUPS = 7

export interface StripData {
  series: ShallowRef<Series | null>
  samples: ShallowRef<Samples | null>
  error: ShallowRef<Failure | null>
  /** The span that the answers are for. */
  span: ShallowRef<TimeSpan>
  reload: () => void
}

export interface StripInputs {
  window: () => TimeWindow
  by: () => SeriesKind
  /** Px of the plot. */
  width: () => number
}

export function useStripData({ window, by, width }: StripInputs): StripData {
  const { store } = usePlatform()
  const sessions = useSessions()
  const filter = useFilter()
  const series = shallowRef<Series | null>(null)
  const samples = shallowRef<Samples | null>(null)
  const error = shallowRef<Failure | null>(null)
  const span = shallowRef<TimeSpan>({ from: 0, to: 1 })

  async function ask(): Promise<void> {
    if (width() < 1) return
    const session = sessions.activeId
    const most = Math.min(MAX_STEPS, Math.max(1, Math.floor(width() / BAR_PX)))
    const wanted = spanOf(window(), Date.now())
    const step = stepFor(wanted.to - wanted.from, most)
    const range = align(wanted, step)
    const steps = Math.min(MAX_STEPS, Math.round((range.to - range.from) / step))
    const question = { session, by: by(), query: filter.query, range, steps, top: GROUPS }
    const [rates, measured] = await Promise.all([
      store.request('series', question),
      sessions.live ? store.request('samples', { range, points: Math.max(2, steps) }) : null,
    ])
    if (session !== sessions.activeId) return
    error.value = rates.ok ? null : rates
    if (!rates.ok) return
    series.value = rates.value
    samples.value = measured?.ok === true ? measured.value : null
    span.value = wanted
  }

  const { reload } = usePoll(
    [window, by, width, () => filter.query],
    ask,
    () => window().kind === 'live',
  )
  return { series, samples, error, span, reload }
}
