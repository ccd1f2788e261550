/** Filters used lately and filters with a name, kept over restarts. */
import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { Settings } from '@contract/ipc'
import { remembered } from '@renderer/stores/settings'

export interface NamedFilter {
  name: string
  query: string
}
type Json = Settings['ui'][string]

export const MAX_RECENT = 20
export const MAX_NAMED = 50

export const useSavedFilters = defineStore('savedFilters', () => {
  const savedRecent = remembered<Json[]>('filter.recent', [])
  const savedNamed = remembered<Json[]>('filter.named', [])
  const recent = computed(() => savedRecent.value.filter((each) => typeof each === 'string'))
  const named = computed(() => savedNamed.value.map(read).filter((each) => each !== null))

  /** Remembers a filter that was used; the newest first. */
  function used(query: string): void {
    if (query === '') return
    const others = recent.value.filter((each) => each !== query)
    savedRecent.value = [query, ...others].slice(0, MAX_RECENT)
  }

  /** Gives a filter a name; another filter of that name is replaced. */
  function save(name: string, query: string): void {
    const others = named.value.filter((each) => each.name !== name)
    const all = [...others, { name, query }].sort((a, b) => a.name.localeCompare(b.name))
    savedNamed.value = all.slice(0, MAX_NAMED).map((each) => ({ ...each }))
  }

  function remove(name: string): void {
    savedNamed.value = named.value.filter((each) => each.name !== name).map((each) => ({ ...each }))
  }

  function forgetRecent(): void {
    savedRecent.value = []
  }

  return { recent, named, used, save, remove, forgetRecent }
})

/** One filter of what was saved, by whatever version; null when it cannot be used. */
function read(json: Json): NamedFilter | null {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return null
  const { name, query } = json
  return typeof name === 'string' && typeof query === 'string' ? { name, query } : null
}
