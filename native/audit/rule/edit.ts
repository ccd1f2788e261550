/** Changes of a rules file as edits of its text, so that comments, blank lines and undo survive. */
import type { TextEdit } from './diagnostic'
import type { ParsedLine } from './statement'

/** What a disabled rule's line begins with. */
const DISABLED_PREFIX = '#'

/** Turns a rule into a comment, from which {@link enableLine} brings it back. */
export function disableLine(line: ParsedLine): TextEdit {
  return { start: line.start, end: line.start, text: DISABLED_PREFIX }
}

/** Brings a disabled rule back; null when the line is none. */
export function enableLine(line: ParsedLine): TextEdit | null {
  return line.disabled === null ? null : { start: line.start, end: line.disabled.start, text: '' }
}

/** Replaces the text of a line. */
export function replaceLine(line: ParsedLine, text: string): TextEdit {
  return { start: line.start, end: line.end, text }
}

/** Deletes a line with its line end. */
export function deleteLine(
  text: string,
  { start, end }: Pick<ParsedLine, 'start' | 'end'>,
): TextEdit {
  if (end < text.length) return { start, end: end + 1, text: '' }
  return { start: Math.max(0, start - 1), end, text: '' }
}

/** Puts a new line after another one, or at the beginning of the text. */
export function insertLine(after: ParsedLine | null, text: string): TextEdit {
  return after === null
    ? { start: 0, end: 0, text: `${text}\n` }
    : { start: after.end, end: after.end, text: `\n${text}` }
}

/** Puts a copy of a line after it, disabled: the kernel refuses a second one of the same rule. */
export function duplicateLine(text: string, line: ParsedLine): TextEdit {
  const copy = text.slice(line.start, line.end)
  return insertLine(line, line.disabled === null ? DISABLED_PREFIX + copy : copy)
}

/**
 * Moves a line so that it stands where `target` stands now; comments directly above it that belong to it come along.
 * Nothing happens when both are the same line.
 */
export function moveLine(
  text: string,
  lines: readonly ParsedLine[],
  from: number,
  target: number,
): TextEdit[] {
  const line = lines[from]
  const goal = lines[target]
  const top = firstOfBlock(lines, from)
  if (line === undefined || goal === undefined || (target >= top && target <= from)) return []
  const first = lines[top]!
  const block = text.slice(first.start, line.end)
  const place =
    target < from
      ? insertBefore(lines[firstOfBlock(lines, target)]!, block)
      : insertLine(goal, block)
  const removal = deleteLine(text, { start: first.start, end: line.end })
  return place.start < removal.start ? [place, removal] : [removal, place]
}

function insertBefore({ start }: ParsedLine, text: string): TextEdit {
  return { start, end: start, text: `${text}\n` }
}

/** Index of the first of the plain comments directly above a line; its own index when there are none. */
function firstOfBlock(lines: readonly ParsedLine[], index: number): number {
  let first = index
  while (first > 0 && lines[first - 1]!.kind === 'comment' && lines[first - 1]!.disabled === null)
    first--
  return first
}
