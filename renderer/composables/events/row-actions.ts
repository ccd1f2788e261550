/** What can be done with a row or one of its values: filter, highlight, copy, go on to its process or to a rule. */
import { ref, type Ref } from 'vue'
import type { EventRow, ExportFormat } from '@contract/store'
import { addChip, printCondition } from '@native/audit/query'
import type { MenuItem } from '@renderer/components/base/menu'
import type { Column } from '@renderer/components/event-grid/columns'
import type { GridView } from '@renderer/components/event-grid/grid-view'
import { rowMenu } from '@renderer/components/event-grid/row-menu'
import { useFilter } from '@renderer/stores/filter'
import { useToasts } from '@renderer/stores/toasts'
import { useBookmarks } from './bookmarks'
import { ausearchCommand, COPY_FORMATS, useCopying } from './copying'
import { useHighlights } from './highlights'
import { termOf } from './row-terms'
import { useRuleProposal } from './rule-proposal'

/** Half of the time window of "around it", ms. */
const AROUND_MS = 5000

export interface RowActions {
  /** Events that are selected, ascending. */
  selected: Ref<readonly number[]>
  /** The event with the focus. */
  focused: Ref<number | null>
  /** Takes the selection over from the grid. */
  readSelection: () => void
  pick: (column: Column, row: EventRow, how: 'include' | 'exclude') => void
  copySelected: (format: ExportFormat) => void
  toggleBookmark: () => Promise<void>
  /** The menu of a right click. */
  menu: (event: MouseEvent) => MenuItem[]
}

export function useRowActions(
  view: () => GridView | null,
  open: { inspector: () => void; exporting: () => void },
): RowActions {
  const filter = useFilter()
  const toasts = useToasts()
  const highlights = useHighlights()
  const bookmarks = useBookmarks()
  const propose = useRuleProposal()
  const { copyText, copyEvents } = useCopying()
  const selected = ref<readonly number[]>([])
  const focused = ref<number | null>(null)

  function readSelection(): void {
    const selection = view()?.model.selection
    selected.value = selection?.seqs ?? []
    focused.value = selection?.focus?.seq ?? null
  }

  function pick(column: Column, row: EventRow, how: 'include' | 'exclude'): void {
    const term = termOf(column, row, how === 'exclude')
    if (term === null) toasts.show(`${column.title} cannot be filtered by`, { kind: 'note' })
    else filter.setQuery(addChip(filter.query, term))
  }

  function highlight(column: Column, row: EventRow): void {
    const term = termOf(column, row)
    if (term !== null) highlights.add(term.text)
  }

  /** The selected rows that are in memory; the row of the menu first. */
  function copyCommand(row: EventRow): void {
    const model = view()?.model
    const rows = selected.value.length > 1 && model ? model.selectedRows() : [row]
    void copyText(ausearchCommand(rows), rows.length === 1 ? 'the command' : 'the commands')
  }

  function copySelected(format: ExportFormat): void {
    void copyEvents(selected.value, format)
  }

  async function toggleBookmark(): Promise<void> {
    const seq = focused.value
    if (seq === null) {
      toasts.show('Choose a row to bookmark', { kind: 'note' })
      return
    }
    const before = bookmarks.find(seq)
    const done = await bookmarks.set(seq, before === null, '')
    if (!done.ok) toasts.failure(done, 'The bookmark was not changed')
    else if (before !== null && before.note !== '') {
      toasts.show('Bookmark and note removed', {
        action: { label: 'Undo', run: () => void bookmarks.set(seq, true, before.note) },
      })
    }
  }

  function makeRule(row: EventRow): void {
    if (propose(row)) return
    toasts.show('No rule can be made of this event', { kind: 'note' })
  }

  function menu(event: MouseEvent): MenuItem[] {
    const hit = event.target instanceof Element ? view()?.cellOf(event.target) : null
    if (!hit) return []
    const { row, column } = hit
    return rowMenu(column, row, {
      pick,
      highlight,
      hasTerm: (which, of) => termOf(which, of) !== null,
      copyValue: (text) => void copyText(text, 'the value'),
      copyAs: COPY_FORMATS.map(({ format, label }) => ({ label, run: () => copySelected(format) })),
      copyCommand: () => copyCommand(row),
      inspect: open.inspector,
      bookmark: () => void toggleBookmark(),
      process: (of) => filter.include(printCondition('pid', '=', String(of.pid))),
      around: (of) => filter.setRange({ from: of.time - AROUND_MS, to: of.time + AROUND_MS }),
      makeRule,
      exportSelection: open.exporting,
    })
  }

  return {
    selected,
    focused,
    readSelection,
    pick,
    copySelected,
    toggleBookmark,
    menu,
  }
}
