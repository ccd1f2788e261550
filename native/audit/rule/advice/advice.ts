/** Advice on one version of a file: counted at once, put into words and places for the lines that somebody looks at. */
import type { Diagnostic, Severity } from '../diagnostic'
import type { RuleFile } from '../file'
import { diagnosticsBy, originOf } from '../shift'
import type { OrderAdvice, RuleTraits } from './subject'
import type { Twin } from './twin'

/** What there is to say of a line by itself. Positions are those of the place where it was first read. */
export interface LineAdvice {
  /** Null for a line that adds no rule. */
  traits: RuleTraits | null
  twin: Twin | null
  advice: readonly Diagnostic[]
}

const byPlace = (a: Diagnostic, b: Diagnostic): number => a.start - b.start

export class Advice {
  private readonly twins: ReadonlySet<string>
  private readonly order = new Map<number, OrderAdvice[]>()

  constructor(
    private readonly file: RuleFile,
    private readonly lines: readonly LineAdvice[],
    order: readonly OrderAdvice[],
  ) {
    this.twins = new Set(lines.flatMap(({ twin }) => twin?.own ?? []))
    for (const advice of order) {
      const known = this.order.get(advice.index)
      if (known === undefined) this.order.set(advice.index, [advice])
      else known.push(advice)
    }
  }

  /** How many there are of a severity. */
  count(severity: Severity): number {
    let count = 0
    for (const line of this.lines) {
      for (const advice of line.advice) if (advice.severity === severity) count++
      if (this.missesTwin(line)?.severity === severity) count++
    }
    for (const list of this.order.values())
      for (const advice of list) if (advice.severity === severity) count++
    return count
  }

  /** Advice on a line, by its index from 0, in the order of the text. */
  ofLine(index: number): Diagnostic[] {
    const line = this.lines[index]
    const parsed = this.file.lines[index]
    if (line === undefined || parsed === undefined) return []
    const twin = this.missesTwin(line)
    const own = twin === null ? line.advice : [...line.advice, twin]
    return [
      ...diagnosticsBy(own, parsed.start - originOf(parsed).start),
      ...(this.order.get(index) ?? []).map((advice) => advice.words()),
    ].sort(byPlace)
  }

  /** All of it, in the order of the text. */
  all(): Diagnostic[] {
    return this.lines.flatMap((_, index) => this.ofLine(index))
  }

  private missesTwin({ twin }: LineAdvice): Diagnostic | null {
    const wanted = twin?.wanted ?? null
    return wanted === null || this.twins.has(wanted.twin) ? null : wanted.advice
  }
}
