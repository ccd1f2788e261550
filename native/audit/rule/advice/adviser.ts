/** Advice on a rules file that is being edited: what was said of a line alone is remembered as long as the line stays. */
import type { RuleContext } from '../context'
import type { Diagnostic } from '../diagnostic'
import type { RuleFile } from '../file'
import { originOf } from '../shift'
import type { ParsedLine } from '../statement'
import { Advice, type LineAdvice } from './advice'
import { adviseNeverFirst, adviseShadowed } from './order'
import { adviseDaemons, adviseExclude, adviseKey, adviseSetting, adviseUnset } from './people'
import { addedRule, traitsOf, type AdvisedRule, type PlacedRule } from './subject'
import {
  adviseAll,
  adviseArch,
  adviseEmpty,
  adviseHot,
  adviseRelatives,
  adviseWatch,
} from './syscalls'
import { twinOfRule } from './twin'

/** Advisers on a rule by itself. */
const ON_RULES: readonly ((advised: AdvisedRule) => Diagnostic | null)[] = [
  adviseArch,
  adviseWatch,
  adviseAll,
  adviseHot,
  adviseRelatives,
  adviseEmpty,
  adviseDaemons,
  adviseUnset,
  adviseKey,
  adviseExclude,
]

/** Advises on versions of a file, for one machine. */
export class Adviser {
  /** What is remembered of the lines of the last version, by their origins. */
  private lines: ReadonlyMap<ParsedLine, LineAdvice> = new Map()

  constructor(private readonly context: RuleContext) {}

  /** Advice on a version of the file. Lines with errors are left out. */
  advise(file: RuleFile): Advice {
    const { text } = file
    const lines = file.lines.map((line) => {
      const origin = originOf(line)
      return this.lines.get(origin) ?? this.look(origin, text.slice(line.start, line.end))
    })
    this.lines = new Map(file.lines.map((line, index) => [originOf(line), lines[index]!]))
    const rules = file.lines.flatMap((line, index): PlacedRule[] => {
      const { traits } = lines[index]!
      return traits === null ? [] : [{ index, line, traits }]
    })
    return new Advice(file, lines, [
      ...adviseShadowed(rules, text),
      ...adviseNeverFirst(rules, text),
    ])
  }

  private look(line: ParsedLine, text: string): LineAdvice {
    const settings = line.statements.flatMap((statement) => adviseSetting(statement) ?? [])
    const statement = addedRule(line)
    if (statement === null) return { traits: null, twin: null, advice: settings }
    const traits = traitsOf(statement, this.context)
    const subject = { ...traits, statement, line }
    const advised = { subject, context: this.context, complaints: line.diagnostics }
    const advice = [...settings, ...ON_RULES.flatMap((adviser) => adviser(advised) ?? [])]
    return { traits, twin: twinOfRule(advised, text), advice }
  }
}

/** Advice on a file, in the order of the text. Lines with errors are left out. */
export function adviseFile(file: RuleFile, context: RuleContext): Diagnostic[] {
  return new Adviser(context).advise(file).all()
}
