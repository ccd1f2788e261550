/** The naive model: every event kept whole and looked at one by one. What the store's columns say is held against it. */
import { Assembler, Digester, type AuditEvent } from '@native/audit/event'
import { NO_NAMES } from '@native/audit/interpret'
import { compileQuery, matchesPlan, type Plan } from '@native/audit/query'
import { RecordParser } from '@native/audit/record'
import { queryNames } from '@native/audit/query/table-names'
import { EventReader } from '@native/audit/query-event'

/** What is compiled at a fixed time, so that relative times mean the same everywhere. */
export const NOW = 1_790_000_100_000

/** The plan of a query that must be right. */
export function planOf(query: string): Plan {
  const { plan, problems } = compileQuery(query, { now: NOW, names: queryNames })
  if (plan === null) throw new Error(`${query}: ${problems[0]!.message}`)
  return plan
}

export class Model {
  readonly events: AuditEvent[] = []
  readonly #digester = new Digester()
  readonly #reader = new EventReader(NO_NAMES)

  constructor(bytes: Uint8Array) {
    const parser = new RecordParser()
    const assembler = new Assembler({ event: (event) => this.events.push(event) })
    let time = 0
    for (let at = 0; at < bytes.length;) {
      const newline = bytes.indexOf(10, at)
      const end = newline < 0 ? bytes.length : newline
      if (end > at) {
        const record = parser.line(bytes, at, end) ?? parser.malformed(bytes, at, end, time)
        time = record.time
        assembler.push(record)
      }
      at = end + 1
    }
    assembler.flush()
  }

  /** The seqs of the events that fit. */
  matches(plan: Plan): number[] {
    return this.events.flatMap((event, seq) => (matchesPlan(plan, this.read(event)) ? [seq] : []))
  }

  read(event: AuditEvent): EventReader {
    return this.#reader.of(event, this.#digester.of(event))
  }
}
