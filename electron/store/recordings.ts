/** The folders of recorded sessions under the app's data folder: what is there, what a crash left, what must go. */
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { LedgerView, RecordingInfo } from '@contract/store'
import { isElsewhereInUse, ownTag } from './owner'
import { SEGMENT_NAME } from './raw/segment-log'

const DAY_MS = 86_400_000
const MANIFEST = 'session.json'

/** What `session.json` says; unknown keys are left alone, so that a newer version's sessions open too. */
const manifestSchema = z.looseObject({
  format: z.literal(1),
  title: z.string().max(256),
  /** ms since the epoch. */
  started: z.number().finite(),
  ended: z.number().finite().nullable(),
  /** `recording` of a session that no process records any more: it was cut off. */
  state: z.enum(['recording', 'closed']),
  ledger: z.custom<LedgerView>((value) => typeof value === 'object').nullable(),
  bookmarks: z.array(
    z.object({ time: z.number(), serial: z.number(), note: z.string().max(4096) }),
  ),
})
export type Manifest = z.infer<typeof manifestSchema>

/** Writes the manifest so that a crash leaves the old one or the new one. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const temporary = path.join(folder, `${MANIFEST}.new`)
  await writeFile(temporary, `${JSON.stringify(manifest)}\n`, { mode: 0o600 })
  await rename(temporary, path.join(folder, MANIFEST))
}

/** The manifest of a session's folder; null when it is not one. */
export async function readManifest(folder: string): Promise<Manifest | null> {
  try {
    const text = await readFile(path.join(folder, MANIFEST), 'utf8')
    const parsed = manifestSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** Names of the segments in a session's folder, oldest first. */
export async function segmentNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .filter((name) => SEGMENT_NAME.test(name))
    .sort((a, b) => Number(SEGMENT_NAME.exec(a)![1]) - Number(SEGMENT_NAME.exec(b)![1]))
}

interface Recording {
  folder: string
  manifest: Manifest
  bytes: number
}

export class Recordings {
  readonly #folder: string

  /** `dataFolder` belongs to the app alone. */
  constructor(dataFolder: string) {
    this.#folder = path.join(dataFolder, 'recordings')
  }

  /** Whether a path is one of the recordings. */
  includes(folder: string): boolean {
    return path.dirname(path.resolve(folder)) === this.#folder
  }

  /** Makes the folder of a new session. */
  async create(started: number): Promise<string> {
    const stamp = new Date(started).toISOString().replace(/[:.]/g, '-')
    // Kept from other users also where the folder was there before, with other rights.
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await chmod(this.#folder, 0o700)
    const folder = path.join(this.#folder, `${stamp}-${ownTag()}`)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return folder
  }

  /** All recordings but `except`, oldest first. */
  async list(except: string | null = null): Promise<RecordingInfo[]> {
    const found = await this.#all(except)
    return found.map(({ folder, manifest, bytes }) => ({
      path: folder,
      title: manifest.title,
      started: manifest.started,
      ended: manifest.ended,
      bytes,
      cut: manifest.state === 'recording',
    }))
  }

  /** Bytes of all recordings but `except`. */
  async bytes(except: string | null): Promise<number> {
    return (await this.#all(except)).reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** Removes recordings that are too old, and the oldest until `bytes` are left at most. Those in `keep` stay. */
  async prune(
    now: number,
    retentionDays: number,
    bytes: number,
    keep: ReadonlySet<string>,
  ): Promise<void> {
    const all = (await this.#all(null)).filter(({ folder }) => !keep.has(folder))
    let sum = all.reduce((total, recording) => total + recording.bytes, 0)
    for (const recording of all) {
      const { ended, started } = recording.manifest
      const old = retentionDays > 0 && (ended ?? started) < now - retentionDays * DAY_MS
      const nothing = recording.bytes === 0 && recording.manifest.state === 'recording'
      if (!old && !nothing && sum <= bytes) continue
      sum -= recording.bytes
      await rm(recording.folder, { recursive: true, force: true })
    }
  }

  /** How many files there are, and their bytes. */
  async size(): Promise<{ files: number; bytes: number }> {
    let files = 0
    let bytes = 0
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const folder = path.join(this.#folder, name)
      for (const file of await readdir(folder).catch(() => [])) {
        files++
        bytes += (await stat(path.join(folder, file)).catch(() => null))?.size ?? 0
      }
    }
    return { files, bytes }
  }

  /** Removes one recording. */
  async remove(folder: string): Promise<void> {
    if (this.includes(folder)) await rm(folder, { recursive: true, force: true })
  }

  /** Removes everything but what another running instance records. */
  async removeAll(): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      if (!isElsewhereInUse(name))
        await rm(path.join(this.#folder, name), { recursive: true, force: true })
    }
  }

  /** All recordings but `except` and those that another running instance writes, oldest first. */
  async #all(except: string | null): Promise<Recording[]> {
    const recordings: Recording[] = []
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const folder = path.join(this.#folder, name)
      if (folder === except || isElsewhereInUse(name)) continue
      const bytes = await segmentBytes(folder)
      const manifest = (await readManifest(folder)) ?? (bytes > 0 ? await without(folder) : null)
      if (manifest !== null) recordings.push({ folder, manifest, bytes })
    }
    return recordings.sort((a, b) => a.manifest.started - b.manifest.started)
  }
}

/** Stands in for a manifest that a power failure took: the text is what counts. */
async function without(folder: string): Promise<Manifest> {
  const started = (await stat(folder)).mtimeMs
  const title = path.basename(folder)
  return { format: 1, title, started, ended: null, state: 'recording', ledger: null, bookmarks: [] }
}

async function segmentBytes(folder: string): Promise<number> {
  let bytes = 0
  for (const name of await segmentNames(folder)) {
    bytes += (await stat(path.join(folder, name)).catch(() => null))?.size ?? 0
  }
  return bytes
}
