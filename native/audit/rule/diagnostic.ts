/** What is wrong with a rule's text, or could be better: where, what, and how to put it right. */

/** A range of a text, in UTF-16 units from its start (as editors count); `end` is exclusive. */
export interface Span {
  start: number
  end: number
}

/** One replacement in a text. */
export interface TextEdit extends Span {
  text: string
}

/** A way to put something right, one click. Edits do not overlap and are given in ascending order. */
export interface Fix {
  /** What a button says, e.g. "Change to auid". */
  title: string
  edits: TextEdit[]
}

/** Who objects: auditctl when it reads the line, the kernel when it gets the rule, or nobody: it is only advice. */
export type DiagnosticSource = 'auditctl' | 'kernel' | 'advice'
/** Errors keep a rule from being loaded; warnings are about rules that load and do not do what they seem to do. */
export type Severity = 'error' | 'warning' | 'advice'

export interface Diagnostic extends Span {
  severity: Severity
  source: DiagnosticSource
  /** Stable and machine-readable, e.g. `unknown-field`. */
  code: string
  /** What and why, one sentence. */
  message: string
  /** What to do, one sentence; empty when there is nothing to say. */
  hint: string
  fixes: Fix[]
}

/** Line and column of a place in a text, both from 1; columns in UTF-16 units. */
export interface Place {
  line: number
  column: number
}

/** Finds lines and columns of offsets in one text. */
export class LineIndex {
  private readonly starts: number[] = [0]

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1))
      this.starts.push(at + 1)
  }

  /** The place of an offset. */
  at(offset: number): Place {
    let low = 0
    let high = this.starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (this.starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - this.starts[low]! + 1 }
  }
}

/** One line for a terminal or a list: `line 3, column 24: field auuid is not known; did you mean auid?`. */
export function diagnosticText(diagnostic: Diagnostic, index: LineIndex): string {
  const { line, column } = index.at(diagnostic.start)
  const hint = diagnostic.hint === '' ? '' : ` ${diagnostic.hint}`
  return `line ${line}, column ${column}: ${diagnostic.message}${hint}`
}

/** Applies edits to a text. Edits must not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = ''
  let at = 0
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    result += text.slice(at, edit.start) + edit.text
    at = edit.end
  }
  return result + text.slice(at)
}
