/** One export at a time: started, watched, cancelled. The store writes; a file that exists is replaced only on request. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { StoreArgs, StorePushes } from '@contract/store'
import type { IpcResults } from '@contract/ipc'
import { ok, type Result } from '@native/audit/result'
import { usePlatform } from '@renderer/platform/current'

export interface ExportRequest {
  /** Where rows come from; `seqs` narrows it to chosen events. */
  source: { session: number; result?: number }
  seqs: number[] | null
  format: StoreArgs<'export.start'>['format']
  /** Secrets in command lines are replaced. */
  masked: boolean
}

export interface ExportJob {
  job: number
  path: string
  rows: number
  total: number
  bytes: number
  done: boolean
  /** Why it failed; empty otherwise. */
  error: string
  cancelled: boolean
}

const EXTENSIONS: Record<ExportRequest['format'], string> = {
  raw: 'log',
  json: 'json',
  csv: 'csv',
  text: 'txt',
  interpret: 'txt',
}

export const useExport = defineStore('export', () => {
  const platform = usePlatform()
  const job = shallowRef<ExportJob | null>(null)

  platform.store.on('export', (push: StorePushes['export']) => {
    if (job.value?.job !== push.job) return
    job.value = { ...job.value, ...push }
  })

  /** Asks where to. `path` is null when the user dismissed the dialog; `exists`: there is such a file already. */
  function choose(format: ExportRequest['format']): Promise<Result<IpcResults['dialog.save']>> {
    const suggestedName = `events-${stamp(new Date())}.${EXTENSIONS[format]}`
    return platform.invoke('dialog.save', { what: 'export', suggestedName })
  }

  /** Starts writing to a path that was chosen. With `overwrite` a file that exists is replaced. */
  async function start(
    request: ExportRequest,
    path: string,
    overwrite: boolean,
  ): Promise<Result<null>> {
    const { source, seqs, format, masked } = request
    const chosen = seqs === null ? {} : { seqs }
    const args = { ...source, ...chosen, format, masked, path, overwrite }
    const started = await platform.store.request('export.start', args)
    if (!started.ok) return started
    const fresh = { rows: 0, total: 0, bytes: 0, done: false, error: '', cancelled: false }
    job.value = { job: started.value.job, path, ...fresh }
    return ok(null)
  }

  async function cancel(): Promise<void> {
    if (job.value === null || job.value.done) return
    job.value = { ...job.value, cancelled: true }
    await platform.store.request('export.cancel', { job: job.value.job })
  }

  function dismiss(): void {
    job.value = null
  }

  return { job, choose, start, cancel, dismiss }
})

/** `20261123-120410`, for file names. */
function stamp(date: Date): string {
  const pad = (value: number): string => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}${pad(date.getMonth() + 1)}${pad(date.getDate())}`
  return `${day}-${pad(date.getHours())}${pad(date.getMinutes())}${pad(date.getSeconds())}`
}
