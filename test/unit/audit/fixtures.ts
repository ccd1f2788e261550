/** The captured logs, and ways to read them. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Assembler, type AuditEvent, type AssemblerOptions } from '@native/audit/event'
import { LineSplitter, RecordParser, type AuditRecord } from '@native/audit/record'

export const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url))

/** Logs that were captured by test/fixtures/capture: as auditd writes them, with and without resolved names; the last one on 6.1. */
export const LOGS = ['audit.log', 'audit-raw.log', 'audit-6.1.log'] as const

/** All records of a log; lines that are none become malformed records. */
export function recordsOf(data: Uint8Array): AuditRecord[] {
  const records: AuditRecord[] = []
  const parser = new RecordParser()
  const lines = new LineSplitter((bytes, start, end) => {
    records.push(parser.line(bytes, start, end) ?? parser.malformed(bytes, start, end, 0))
  })
  lines.push(data)
  lines.end()
  return records
}

/** Records of the kernel's multicast copy, as `listen.c` printed them: type, space, text. */
export function netlinkRecords(): AuditRecord[] {
  const parser = new RecordParser()
  const records: AuditRecord[] = []
  const lines = new LineSplitter((bytes, start, end) => {
    const space = bytes.indexOf(0x20, start)
    const type = Number(Buffer.from(bytes.subarray(start, space)).toString())
    records.push(parser.netlink(type, bytes, space + 1, end)!)
  })
  lines.push(readFileSync(fixture('netlink.txt')))
  lines.end()
  return records
}

/** Assembles records, in their order. */
export function assemble(
  records: readonly AuditRecord[],
  options: AssemblerOptions = {},
): AuditEvent[] {
  const events: AuditEvent[] = []
  const assembler = new Assembler({ event: (event) => events.push(event) }, options)
  for (const record of records) assembler.push(record)
  assembler.flush()
  return events
}

/** A record from a line of text. */
export function recordOf(line: string): AuditRecord {
  const record = new RecordParser().line(Buffer.from(line, 'utf8'))
  if (record === undefined) throw new Error(`not a record: ${line}`)
  return record
}

/** The events of a captured log. */
export function eventsOf(log: string): AuditEvent[] {
  return assemble(recordsOf(readFileSync(fixture(log))))
}
