/** A few events in a format, for the clipboard. */
import { ByteOutput, createWriter } from '@native/audit/format'
import type { ExportFormat } from '@contract/store'
import type { Session } from '../session'
import { maskEvent } from './mask'

/** Events that are read at once. */
export const BATCH_EVENTS = 256

/** The text of some events; those that are not held any more are left out. */
export async function copyEvents(
  session: Session,
  seqs: readonly number[],
  format: ExportFormat,
  masked: boolean,
): Promise<string> {
  const parts: string[] = []
  const out = new ByteOutput((bytes, length) => {
    parts.push(Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('utf8'))
    return bytes
  })
  const writer = createWriter(format, out, session.facts.resolver)
  writer.begin()
  for (let at = 0; at < seqs.length; at += BATCH_EVENTS) {
    for (const event of await session.loader.load(seqs.slice(at, at + BATCH_EVENTS))) {
      if (event !== null) writer.event(masked ? maskEvent(event) : event)
    }
  }
  out.flush()
  return parts.join('')
}
