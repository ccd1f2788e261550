/** Events as text: what `auditscope convert` and the app's exports write. */
import type { Resolver } from '../interpret/resolver'
import { CsvWriter } from './csv'
import { InterpretWriter } from './interpret'
import { JsonWriter } from './json'
import type { ByteOutput } from './output'
import { RawWriter } from './raw'
import { TextWriter } from './text'
import type { EventWriter } from './writer'

export { CSV_COLUMNS } from './csv'
export { JSON_SCHEMA } from './json'
export { ByteOutput } from './output'
export { type EventWriter } from './writer'

/** Format → its writer. */
const WRITERS = {
  interpret: InterpretWriter,
  json: JsonWriter,
  csv: CsvWriter,
  raw: RawWriter,
  text: TextWriter,
} as const satisfies Record<string, new (out: ByteOutput, resolver: Resolver) => EventWriter>

export type OutputFormat = keyof typeof WRITERS
/** The formats by name. */
export const OUTPUT_FORMATS = Object.keys(WRITERS) as OutputFormat[]

/** Makes a writer. Nothing comes out before the output's buffer is full or flushed. */
export function createWriter(
  format: OutputFormat,
  out: ByteOutput,
  resolver: Resolver,
): EventWriter {
  return new WRITERS[format](out, resolver)
}
