/** Everything that is wrong with a version of a file or could be better, for who shows a part of it. */
import type { Diagnostic, Severity } from '../diagnostic'
import type { RuleFile } from '../file'
import type { Advice } from './advice'

export class Problems {
  /** Complaints of auditctl and of the kernel by the index of their line. */
  private readonly complaints = new Map<number, Diagnostic[]>()

  constructor(
    private readonly file: RuleFile,
    private readonly advice: Advice,
  ) {
    for (const complaint of file.diagnostics) {
      const index = file.index.at(complaint.start).line - 1
      const known = this.complaints.get(index)
      if (known === undefined) this.complaints.set(index, [complaint])
      else known.push(complaint)
    }
  }

  /** How many there are of a severity. */
  count(severity: Severity): number {
    const complaints = this.file.diagnostics.filter((each) => each.severity === severity).length
    return complaints + this.advice.count(severity)
  }

  /** What there is on a line, by its index from 0, in the order of the text. */
  ofLine(index: number): Diagnostic[] {
    const complaints = this.complaints.get(index)
    const advice = this.advice.ofLine(index)
    return complaints === undefined
      ? advice
      : [...complaints, ...advice].sort((a, b) => a.start - b.start)
  }

  /** The first ones of the text, at most so many. */
  first(most: number): Diagnostic[] {
    const found: Diagnostic[] = []
    for (let index = 0; index < this.file.lines.length && found.length < most; index++)
      found.push(...this.ofLine(index))
    return found.slice(0, most)
  }

  /** Those of the lines from one offset of the text to another. */
  between(from: number, to: number): Diagnostic[] {
    const first = this.file.index.at(from).line - 1
    const last = this.file.index.at(to).line - 1
    const found: Diagnostic[] = []
    for (let index = first; index <= last; index++) found.push(...this.ofLine(index))
    return found
  }
}
