/** The menu of a right click on a cell: everything that can be done with its value and its event. */
import type { EventRow } from '@contract/store'
import { visible } from '@renderer/format/visible'
import { SEPARATOR, type MenuItem } from '../base/menu'
import type { Column } from './columns'

export interface RowMenuActions {
  pick: (column: Column, row: EventRow, how: 'include' | 'exclude') => void
  highlight: (column: Column, row: EventRow) => void
  copyValue: (text: string) => void
  /** One of the forms of copying, for the selected events. */
  copyAs: readonly { label: string; run: () => void }[]
  copyCommand: () => void
  inspect: () => void
  bookmark: () => void
  /** Shows only the events of the row's process. */
  process: (row: EventRow) => void
  /** Restricts everything to the time around the row. */
  around: (row: EventRow) => void
  makeRule: (row: EventRow) => void
  exportSelection: () => void
  /** Whether the value can be asked for. */
  hasTerm: (column: Column, row: EventRow) => boolean
}

/** Longest value shown in a menu, in characters. */
const SHOWN = 40

export function rowMenu(column: Column | null, row: EventRow, actions: RowMenuActions): MenuItem[] {
  return [...valueItems(column, row, actions), ...eventItems(row, actions)]
}

function valueItems(column: Column | null, row: EventRow, actions: RowMenuActions): MenuItem[] {
  if (column === null) return []
  const raw = column.filter?.value(row) ?? ''
  if (!actions.hasTerm(column, row)) return []
  const text = visible(raw)
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
  return [
    { kind: 'label', label: `${column.title}: ${shown}` },
    {
      label: 'Include',
      icon: 'plus',
      shortcut: 'Shift+Click',
      run: () => actions.pick(column, row, 'include'),
    },
    {
      label: 'Exclude',
      icon: 'minus',
      shortcut: 'Alt+Shift+Click',
      run: () => actions.pick(column, row, 'exclude'),
    },
    { label: 'Highlight', icon: 'edit', run: () => actions.highlight(column, row) },
    { label: 'Copy the value', icon: 'copy', run: () => actions.copyValue(raw) },
    SEPARATOR,
  ]
}

function eventItems(row: EventRow, actions: RowMenuActions): MenuItem[] {
  const own: MenuItem[] =
    row.pid === null
      ? []
      : [
          {
            label: `Only process ${row.pid}`,
            icon: 'processes',
            run: () => actions.process(row),
          },
        ]
  return [
    { label: 'Inspect', icon: 'events', shortcut: 'Enter', run: actions.inspect },
    {
      label: row.marked ? 'Remove the bookmark' : 'Bookmark',
      icon: 'bookmark',
      shortcut: 'F2',
      run: actions.bookmark,
    },
    ...own,
    { label: 'Only ten seconds around it', icon: 'clock', run: () => actions.around(row) },
    SEPARATOR,
    {
      kind: 'submenu',
      label: 'Copy the selected as',
      icon: 'copy',
      items: [...actions.copyAs, { label: 'ausearch command', run: actions.copyCommand }],
    },
    { label: 'Export the selected…', icon: 'export', run: actions.exportSelection },
    {
      label: 'Make a rule…',
      icon: 'rules',
      disabled: row.syscall === '',
      run: () => actions.makeRule(row),
    },
  ]
}
