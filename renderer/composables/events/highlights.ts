/** Rules that colour rows: a query, a colour and an icon. They hide nothing, and are kept over restarts. */
import { defineStore } from 'pinia'
import { computed } from 'vue'
import { compileQuery, matchesPlan, type Plan } from '@native/audit/query'
import type { EventRow } from '@contract/store'
import type { Settings } from '@contract/ipc'
import { ICONS, type IconName } from '@renderer/components/base/icons'
import { remembered } from '@renderer/stores/settings'
import { queryNames } from './query-names'
import { rowAsEvent } from './row-terms'

export interface Highlight {
  query: string
  /** Number of the series colour in tokens.css, 1 to {@link HIGHLIGHT_COLOURS}. */
  colour: number
  icon: IconName
  on: boolean
}
type Json = Settings['ui'][string]

export const HIGHLIGHT_COLOURS = 8
/** What a highlight can be marked with besides its colour. */
export const HIGHLIGHT_ICONS: readonly IconName[] = [
  'note',
  'warning',
  'danger',
  'shield',
  'bookmark',
  'users',
  'files',
  'connections',
]
/** More rules than this would make the grid a carnival. */
export const MAX_HIGHLIGHTS = 20

interface Compiled {
  plan: Plan
  look: { colour: string; icon: IconName }
}

export const useHighlights = defineStore('highlights', () => {
  const saved = remembered<Json[]>('events.highlights', [])
  const list = computed(() => saved.value.map(read).filter((each) => each !== null))

  const compiled = computed<Compiled[]>(() =>
    list.value.flatMap(({ query, colour, icon, on }) => {
      const { plan } = compileQuery(query, { now: Date.now(), names: queryNames })
      const look = { colour: `var(--series-${colour})`, icon }
      return on && plan !== null && plan.kind !== 'everything' ? [{ plan, look }] : []
    }),
  )

  function set(next: readonly Highlight[]): void {
    saved.value = next.slice(0, MAX_HIGHLIGHTS).map((each) => ({ ...each }))
  }

  /** Adds a rule in the first colour that is free, or switches an equal one on. */
  function add(query: string): void {
    const others = list.value.filter((each) => each.query !== query)
    const before = list.value.find((each) => each.query === query)
    set([...others, before ? { ...before, on: true } : fresh(query)])
  }

  function fresh(query: string): Highlight {
    const used = new Set(list.value.map(({ colour }) => colour))
    const all = Array.from({ length: HIGHLIGHT_COLOURS }, (_, index) => index + 1)
    const colour = all.find((each) => !used.has(each)) ?? 1
    return {
      query,
      colour,
      icon: HIGHLIGHT_ICONS[(colour - 1) % HIGHLIGHT_ICONS.length]!,
      on: true,
    }
  }

  return {
    list,
    set,
    add,
    /** How a row is coloured: by the first rule that fits. A function that changes when the rules do. */
    lookOf: computed(() => {
      const rules = compiled.value
      return (row: EventRow): Compiled['look'] | null => {
        if (rules.length === 0) return null
        const event = rowAsEvent(row)
        return rules.find(({ plan }) => matchesPlan(plan, event))?.look ?? null
      }
    }),
  }
})

/** One rule of what was saved, by whatever version; null when it cannot be used. */
function read(json: Json): Highlight | null {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return null
  const { query, colour, icon, on } = json
  if (typeof query !== 'string' || typeof colour !== 'number' || typeof icon !== 'string')
    return null
  const known = colour >= 1 && colour <= HIGHLIGHT_COLOURS && Number.isInteger(colour)
  return {
    query,
    colour: known ? colour : 1,
    icon: icon in ICONS ? (icon as IconName) : 'note',
    on: on !== false,
  }
}
