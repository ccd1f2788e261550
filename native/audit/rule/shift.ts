/** Moves what was read of a line to another place of its document: an edit above a line changes nothing but positions. */
import type { Diagnostic, Span } from './diagnostic'
import type { ParsedLine, RuleStatement, Statement } from './statement'

/** The line as it was read before it was moved: the same object for every place of the same reading. */
export function originOf(line: ParsedLine): ParsedLine {
  return line.origin ?? line
}

/** The line at another place of the document; the same object when it stands there already. */
export function lineAt(line: ParsedLine, start: number): ParsedLine {
  if (line.start === start) return line
  const origin = originOf(line)
  return origin.start === start ? origin : new MovedLine(origin, start)
}

/**
 * A line that was moved. Its parts are moved when somebody asks for them: at a key press, half of the lines of a file move, and
 * hardly anybody asks.
 */
class MovedLine implements ParsedLine {
  private movedStatements: Statement[] | null = null

  constructor(
    readonly origin: ParsedLine,
    readonly start: number,
  ) {}

  private get by(): number {
    return this.start - this.origin.start
  }

  get end(): number {
    return this.origin.end + this.by
  }

  get kind(): ParsedLine['kind'] {
    return this.origin.kind
  }

  get statements(): Statement[] {
    this.movedStatements ??= this.origin.statements.map((each) => statementBy(each, this.by))
    return this.movedStatements
  }

  get diagnostics(): Diagnostic[] {
    const { diagnostics } = this.origin
    return diagnostics.length === 0 ? diagnostics : diagnosticsBy(diagnostics, this.by)
  }

  get disabled(): RuleStatement | null {
    const { disabled } = this.origin
    return disabled === null ? null : ruleBy(disabled, this.by)
  }
}

/** Diagnostics of a line, with their fixes, that was moved by so many UTF-16 units. */
export function diagnosticsBy(diagnostics: readonly Diagnostic[], by: number): Diagnostic[] {
  return diagnostics.map((each) => ({
    ...each,
    start: each.start + by,
    end: each.end + by,
    fixes: each.fixes.map(({ title, edits }) => ({
      title,
      edits: edits.map((edit) => ({ ...span(edit, by), text: edit.text })),
    })),
  }))
}

function span({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by }
}

function statementBy(statement: Statement, by: number): Statement {
  return statement.kind === 'rule'
    ? ruleBy(statement, by)
    : { ...statement, start: statement.start + by, end: statement.end + by }
}

function ruleBy(statement: RuleStatement, by: number): RuleStatement {
  const { head, syscalls, fields, keys } = statement.places
  const all = (places: readonly Span[]): Span[] => places.map((place) => span(place, by))
  return {
    ...statement,
    start: statement.start + by,
    end: statement.end + by,
    places: {
      head: span(head, by),
      syscalls: all(syscalls),
      fields: all(fields),
      keys: all(keys),
    },
  }
}
