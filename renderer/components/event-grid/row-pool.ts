/**
 * The rows on the screen: a fixed pool of elements that is recycled while the grid moves. A position always uses the
 * same element of the pool, so scrolling by one row rewrites one row. Record text goes into text nodes only.
 */
import type { EventRow } from '@contract/store'
import { ICONS, type IconName } from '../base/icons'
import type { CellContext, Column } from './columns'
import type { RowRange } from './core/viewport'
import { splitPath } from '@renderer/format/split-path'
import { sizeStyle } from './layout'

/** How a row looks besides its text. */
export interface RowLook {
  selected: boolean
  focused: boolean
  /** Column with the cell cursor, -1 when the row as a whole has it. */
  cell: number
  highlight: { colour: string; icon: IconName } | null
  /** Records are missing between this row and the one before. */
  gap: boolean
}

/** One picture of the grid. */
export interface Picture {
  visible: RowRange
  /** Lowest position that exists: row 1 for screen readers. */
  first: number
  /** Absolute pixel of the upper edge. */
  top: number
  rowHeight: number
  row: (position: number) => EventRow | undefined
  look: (row: EventRow) => RowLook
  context: CellContext
  /** Anything that changes texts or looks of rows that stay: columns, time format, highlights. */
  version: number
}

/** Rows may be this far from the row whose place is 0 before all places are computed anew. */
const REBASE_ROWS = 10_000
const SVG = 'http://www.w3.org/2000/svg'
const PLAIN: RowLook = { selected: false, focused: false, cell: -1, highlight: null, gap: false }

/** The text of a cell; a path is written in two pieces, so that the name of the file stays in sight. */
interface CellText {
  folder: Text | null
  rest: Text
}

interface Slot {
  element: HTMLElement
  cells: HTMLElement[]
  texts: CellText[]
  bookmark: SVGElement
  highlight: SVGElement
  highlightPath: SVGPathElement
  position: number
  row: EventRow | undefined
  version: number
  look: RowLook
  index: number
}

function icon(name: IconName, className: string): { svg: SVGElement; path: SVGPathElement } {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 16 16')
  svg.setAttribute('class', `mark ${className}`)
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(SVG, 'path')
  path.setAttribute('d', ICONS[name])
  svg.append(path)
  return { svg, path }
}

function cellClass({ id, align, path }: Column): string {
  return `cell cell-${id}${align === 'right' ? ' right' : ''}${path === true ? ' path' : ''}`
}

function cellText(path: boolean): CellText {
  return { folder: path ? document.createTextNode('') : null, rest: document.createTextNode('') }
}

/** What stands in the cell. A text that cannot be a path is a text node and nothing else. */
function piecesOf({ folder, rest }: CellText): Node[] {
  if (folder === null) return [rest]
  return [folder, rest].map((text, index) => {
    const piece = document.createElement('span')
    piece.className = index === 0 ? 'folder' : 'rest'
    piece.append(text)
    return piece
  })
}

function write({ folder, rest }: CellText, text: string): void {
  const at = folder === null ? 0 : splitPath(text)
  if (folder !== null) put(folder, text.slice(0, at))
  put(rest, text.slice(at))
}

function put(node: Text, text: string): void {
  if (node.data !== text) node.data = text
}

export class RowPool {
  readonly #host: HTMLElement
  readonly #prefix: string
  #columns: readonly Column[] = []
  #slots: Slot[] = []
  #base = 0
  #rowHeight = 0

  /** `prefix` makes the rows' ids unique in the page. */
  constructor(host: HTMLElement, prefix: string) {
    this.#host = host
    this.#prefix = prefix
  }

  /** Other columns: every row is built anew. */
  setColumns(columns: readonly Column[]): void {
    this.#columns = columns
    this.#resize(0)
  }

  draw(picture: Picture): void {
    const { visible, rowHeight, top } = picture
    const count = visible.next - visible.first
    if (count > this.#slots.length) this.#resize(count + 2)
    if (rowHeight !== this.#rowHeight || Math.abs(visible.first - this.#base) > REBASE_ROWS) {
      this.#rowHeight = rowHeight
      this.#base = visible.first
      for (const slot of this.#slots) slot.position = -1
    }
    this.#host.style.transform = `translateY(${Math.round(this.#base * rowHeight - top)}px)`
    for (let position = visible.first; position < visible.next; position++) {
      this.#bind(this.#slots[position % this.#slots.length]!, position, picture)
    }
    this.#hideOthers(visible)
  }

  /** Id of the element of a position, or of one of its cells, when it is on the screen. */
  idOf(position: number, cell: number): string | null {
    const slot = this.#slots[position % this.#slots.length]
    if (slot === undefined || slot.position !== position) return null
    return cell < 0 ? slot.element.id : (slot.cells[cell]?.id ?? null)
  }

  /** The cell that an element belongs to. */
  cellOf(element: Element): { position: number; column: Column | null; index: number } | null {
    const row = element.closest('[role="row"]')
    const slot = this.#slots.find((each) => each.element === row)
    if (slot === undefined || slot.position < 0) return null
    const index = slot.cells.findIndex((cell) => cell.contains(element))
    return { position: slot.position, column: this.#columns[index] ?? null, index }
  }

  /** Where a cell is on the page, for a menu opened by key. */
  boxOf(position: number, cell: number): DOMRect | null {
    const slot = this.#slots[position % this.#slots.length]
    if (slot === undefined || slot.position !== position) return null
    return (slot.cells[cell] ?? slot.element).getBoundingClientRect()
  }

  /** Width in px that shows every text of a column whole. */
  idealWidth(index: number): number {
    const range = document.createRange()
    const widthOf = (text: Text | null): number => {
      if (text === null) return 0
      range.selectNodeContents(text)
      return range.getBoundingClientRect().width
    }
    const widths = this.#slots.map((slot) => {
      const cell = slot.cells[index]
      const text = slot.texts[index]
      if (cell === undefined || text === undefined || slot.element.hidden) return 0
      const { paddingLeft, paddingRight } = getComputedStyle(cell)
      const written = widthOf(text.folder) + widthOf(text.rest)
      return written + parseFloat(paddingLeft) + parseFloat(paddingRight)
    })
    return Math.ceil(Math.max(0, ...widths)) + 1
  }

  #resize(count: number): void {
    for (const slot of this.#slots) slot.element.remove()
    this.#slots = Array.from({ length: count }, (_, index) => this.#build(index))
    this.#host.append(...this.#slots.map(({ element }) => element))
  }

  #build(index: number): Slot {
    const element = document.createElement('div')
    element.className = 'row'
    element.setAttribute('role', 'row')
    element.id = `${this.#prefix}-${index}`
    element.hidden = true
    const bookmark = icon('bookmark', 'bookmark')
    const highlight = icon('note', 'highlight')
    const marks = document.createElement('div')
    marks.className = 'marks'
    marks.setAttribute('role', 'gridcell')
    marks.append(bookmark.svg, highlight.svg)
    const texts = this.#columns.map((column) => cellText(column.path === true))
    const cells = this.#columns.map((column, at) => {
      const cell = document.createElement('div')
      cell.className = cellClass(column)
      cell.setAttribute('role', 'gridcell')
      cell.id = `${element.id}-${at}`
      Object.assign(cell.style, sizeStyle(column.id))
      cell.append(...piecesOf(texts[at]!))
      return cell
    })
    element.append(marks, ...cells)
    return {
      element,
      cells,
      texts,
      bookmark: bookmark.svg,
      highlight: highlight.svg,
      highlightPath: highlight.path,
      position: -1,
      row: undefined,
      version: -1,
      look: PLAIN,
      index: -1,
    }
  }

  #bind(slot: Slot, position: number, picture: Picture): void {
    const row = picture.row(position)
    const look = row === undefined ? PLAIN : picture.look(row)
    if (slot.position !== position) {
      if (slot.position < 0) slot.element.hidden = false
      slot.position = position
      slot.element.style.transform = `translateY(${(position - this.#base) * this.#rowHeight}px)`
      slot.element.classList.toggle('odd', position % 2 === 1)
    }
    const index = position - picture.first + 2
    if (slot.index !== index) {
      slot.index = index
      slot.element.setAttribute('aria-rowindex', String(index))
    }
    if (slot.row !== row || slot.version !== picture.version) this.#write(slot, row, picture)
    this.#dress(slot, look)
  }

  #write(slot: Slot, row: EventRow | undefined, picture: Picture): void {
    slot.row = row
    slot.version = picture.version
    for (const [at, column] of this.#columns.entries()) {
      const text = row === undefined ? '' : column.text(row, picture.context)
      write(slot.texts[at]!, text)
    }
    const { classList } = slot.element
    classList.toggle('waiting', row === undefined)
    classList.toggle('failed', row?.success === false)
    classList.toggle('marked', row?.marked === true)
  }

  #dress(slot: Slot, look: RowLook): void {
    const before = slot.look
    const { element } = slot
    if (before.selected !== look.selected) {
      element.setAttribute('aria-selected', String(look.selected))
    }
    if (before.focused !== look.focused) element.classList.toggle('focused', look.focused)
    if (before.gap !== look.gap) element.classList.toggle('gap', look.gap)
    if (before.cell !== look.cell) {
      slot.cells[before.cell]?.classList.remove('cursor')
      slot.cells[look.cell]?.classList.add('cursor')
    }
    if (before.highlight !== look.highlight) {
      element.classList.toggle('highlighted', look.highlight !== null)
      element.style.setProperty('--highlight', look.highlight?.colour ?? 'transparent')
      if (look.highlight !== null) {
        slot.highlightPath.setAttribute('d', ICONS[look.highlight.icon])
      }
    }
    slot.look = look
  }

  #hideOthers(visible: RowRange): void {
    for (const slot of this.#slots) {
      if (slot.position < 0 || (slot.position >= visible.first && slot.position < visible.next)) {
        continue
      }
      slot.position = -1
      slot.element.hidden = true
    }
  }
}
