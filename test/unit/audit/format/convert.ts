/** Converts whole logs in memory. */
import { Assembler, type AuditEvent } from '@native/audit/event'
import { ByteOutput, createWriter, type OutputFormat } from '@native/audit/format'
import { NO_NAMES, type Resolver } from '@native/audit/interpret'
import type { AuditRecord } from '@native/audit/record'
import { recordsOf } from '../fixtures'

/** What a format makes of records. */
export function write(
  records: readonly AuditRecord[],
  format: OutputFormat,
  resolver: Resolver = NO_NAMES,
): Buffer {
  const parts: Buffer[] = []
  // The buffer is destroyed once it was taken, to find out who still needs it.
  const output = new ByteOutput((bytes, length) => {
    parts.push(Buffer.from(bytes.subarray(0, length)))
    return bytes.fill(0x21)
  }, 4096)
  const writer = createWriter(format, output, resolver)
  writer.begin()
  const assembler = new Assembler({ event: (event) => writer.event(event) })
  for (const record of records) assembler.push(record)
  assembler.flush()
  output.flush()
  return Buffer.concat(parts)
}

/** What a format makes of a log. */
export function convert(
  data: Uint8Array,
  format: OutputFormat,
  resolver: Resolver = NO_NAMES,
): Buffer {
  return write(recordsOf(data), format, resolver)
}

/** Writes events one by one with one writer, whose memory is kept from call to call. */
export function eventWriter(
  format: OutputFormat,
  resolver: Resolver = NO_NAMES,
): (event: AuditEvent) => Buffer {
  let parts: Buffer[] = []
  const output = new ByteOutput((bytes, length) => {
    parts.push(Buffer.from(bytes.subarray(0, length)))
    return bytes.fill(0x21)
  }, 4096)
  const writer = createWriter(format, output, resolver)
  return (event) => {
    parts = []
    writer.event(event)
    output.flush()
    return Buffer.concat(parts)
  }
}
