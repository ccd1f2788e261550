/** The chooser of columns as a menu: every column with a tick. */
import { SEPARATOR, type MenuItem } from '../base/menu'
import { COLUMNS } from './columns'
import { INITIAL_LAYOUT, toggleColumn, type Layout } from './layout'

export function columnChoices(layout: Layout, change: (layout: Layout) => void): MenuItem[] {
  const choices = COLUMNS.map((column) => ({
    label: column.title,
    checked: layout.some(({ id, shown }) => id === column.id && shown),
    stays: true,
    run: () => change(toggleColumn(layout, column.id)),
  }))
  return [
    ...choices,
    SEPARATOR,
    { label: 'Columns as at first', run: () => change(INITIAL_LAYOUT) },
  ]
}
