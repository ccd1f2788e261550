/** Exports to files: streamed, with progress, never a half file in place of a whole one. */
import { constants } from 'node:fs'
import { access, link, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { ByteOutput, createWriter } from '@native/audit/format'
import { fail, ok, type Result } from '@native/audit/result'
import type { ExportFormat } from '@contract/store'
import { BATCH_EVENTS } from './export/formats'
import { maskEvent } from './export/mask'
import type { Push } from './pushes'
import { Slice } from './schedule'
import type { Session } from './session'

const TELL_MS = 100

/** Where the events come from: positions [0, total) of something that gives seqs. */
export interface ExportSource {
  session: Session
  total: number
  seqs(from: number, count: number): number[]
}

export interface ExportTarget {
  format: ExportFormat
  path: string
  overwrite: boolean
  masked: boolean
}

export class Exports {
  readonly #jobs = new Map<number, Slice>()
  #next = 1

  constructor(private readonly push: Push) {}

  /** Begins to write; what happens comes as pushes. */
  async start(source: ExportSource, target: ExportTarget): Promise<Result<{ job: number }>> {
    if (!target.overwrite && (await exists(target.path))) {
      return fail(
        'EEXIST',
        `${target.path} exists already.`,
        'Choose another name, or allow to replace it.',
      )
    }
    const job = this.#next++
    const part = `${target.path}.${process.pid}-${job}.part`
    let file: FileHandle
    try {
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
      file = await open(part, flags, 0o600)
    } catch (error) {
      return cannotWrite(target.path, error)
    }
    const slice = new Slice()
    this.#jobs.set(job, slice)
    void this.#run(job, slice, file, part, source, target)
    return ok({ job })
  }

  /** Stops; what was written is removed. */
  cancel(job: number): boolean {
    const slice = this.#jobs.get(job)
    slice?.cancel()
    return slice !== undefined
  }

  async #run(
    job: number,
    slice: Slice,
    file: FileHandle,
    part: string,
    source: ExportSource,
    target: ExportTarget,
  ): Promise<void> {
    const progress = { job, rows: 0, total: source.total, bytes: 0, done: false, error: '' }
    try {
      await this.#write(slice, file, source, target, progress)
      await file.close()
      if (slice.cancelled) progress.error = 'Cancelled.'
      else await put(part, target)
    } catch (error) {
      const failure = cannotWrite(target.path, error)
      progress.error = failure.ok ? '' : failure.message
      await file.close().catch(() => undefined)
    }
    await rm(part, { force: true }).catch(() => undefined)
    this.#jobs.delete(job)
    this.push('export', { ...progress, done: true })
  }

  async #write(
    slice: Slice,
    file: FileHandle,
    source: ExportSource,
    target: ExportTarget,
    progress: {
      rows: number
      bytes: number
      job: number
      total: number
      done: boolean
      error: string
    },
  ): Promise<void> {
    const full: Uint8Array[] = []
    const out = new ByteOutput((bytes, length) => {
      full.push(bytes.subarray(0, length))
      return undefined
    })
    const writer = createWriter(target.format, out, source.session.facts.resolver)
    const drain = async () => {
      for (const bytes of full.splice(0)) {
        await file.writeFile(bytes)
        progress.bytes += bytes.length
      }
    }
    writer.begin()
    let told = performance.now()
    for (let at = 0; at < source.total; at += BATCH_EVENTS) {
      if (!(await slice.pause())) return
      const seqs = source.seqs(at, Math.min(BATCH_EVENTS, source.total - at))
      for (const event of await source.session.loader.load(seqs)) {
        if (event !== null) writer.event(target.masked ? maskEvent(event) : event)
      }
      progress.rows = Math.min(source.total, at + BATCH_EVENTS)
      await drain()
      if (performance.now() - told < TELL_MS) continue
      told = performance.now()
      this.push('export', { ...progress })
    }
    out.flush()
    await drain()
  }
}

/** Puts the finished file in its place, in one step; without `overwrite` only if there is still none. */
async function put(part: string, { path, overwrite }: ExportTarget): Promise<void> {
  if (overwrite) await rename(part, path)
  else await link(part, path)
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
  EACCES: 'this user may not write there',
  ENOENT: 'its folder does not exist',
  EISDIR: 'it is a folder',
  EEXIST: 'it exists already',
}

function cannotWrite(path: string, error: unknown): Result<never> {
  const { code = 'EIO', message } = error as NodeJS.ErrnoException
  return fail(
    code,
    `${path} could not be written: ${REASONS[code] ?? message}.`,
    'Choose another place.',
  )
}
