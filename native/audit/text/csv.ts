/**
 * Cells of CSV files (RFC 4180) that are safe to open in a spreadsheet: a cell that a spreadsheet would take for a
 * formula is preceded by an apostrophe (OWASP, "CSV injection").
 */
import { escapeForDisplay } from './display'

const FORMULA = /^[=+\-@\t\r|%]/
const NUMBER = /^-?\d+(\.\d+)?$/
const NEEDS_QUOTES = /[",;\n\r]|^ | $/

/** One cell: control and bidirectional characters escaped, formulas defused, quoted where needed. */
export function csvCell(text: string): string {
  if (text === '') return ''
  const shown = escapeForDisplay(text)
  const safe = FORMULA.test(shown) && !NUMBER.test(shown) ? `'${shown}` : shown
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** One line, with its line end. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}
