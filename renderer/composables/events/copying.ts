/** Events to the clipboard, in the forms that people paste: records, text, JSON, CSV, or the command that finds them. */
import type { EventRow, ExportFormat } from '@contract/store'
import { ok, type Result } from '@native/audit/result'
import { formatQuantity } from '@renderer/format/number'
import { usePlatform } from '@renderer/platform/current'
import { useSessions } from '@renderer/stores/sessions'
import { useToasts } from '@renderer/stores/toasts'

export const COPY_FORMATS: readonly { format: ExportFormat; label: string }[] = [
  { format: 'raw', label: 'Records as in audit.log' },
  { format: 'interpret', label: 'Records interpreted' },
  { format: 'text', label: 'Sentences' },
  { format: 'json', label: 'JSON' },
  { format: 'csv', label: 'CSV' },
]

/**
 * The ausearch command that finds an event again. Its time options are whole seconds of local time in the locale's
 * format, so the serial number alone decides (ausearch(8), option -a).
 */
export function ausearchCommand(rows: readonly Pick<EventRow, 'serial'>[]): string {
  return rows.map(({ serial }) => `ausearch -a ${serial} --interpret`).join('\n')
}

export function useCopying(): {
  copyText: (text: string, what: string) => Promise<void>
  copyEvents: (seqs: readonly number[], format: ExportFormat) => Promise<void>
} {
  const platform = usePlatform()
  const sessions = useSessions()
  const toasts = useToasts()

  async function copyText(text: string, what: string): Promise<void> {
    const written = await platform.invoke('clipboard.write', { text })
    if (written.ok) toasts.show(`Copied ${what}`)
    else toasts.failure(written, 'Nothing was copied')
  }

  async function textOf(seqs: readonly number[], format: ExportFormat): Promise<Result<string>> {
    const args = { session: sessions.activeId, seqs: [...seqs], format }
    const reply = await platform.store.request('copy', args)
    return reply.ok ? ok(reply.value.text) : reply
  }

  async function copyEvents(seqs: readonly number[], format: ExportFormat): Promise<void> {
    if (seqs.length === 0) return
    const text = await textOf(seqs, format)
    if (text.ok) await copyText(text.value, formatQuantity(seqs.length, 'event'))
    else toasts.failure(text, 'Nothing was copied')
  }

  return { copyText, copyEvents }
}
