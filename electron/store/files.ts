/** Sessions of opened files: found, read in the background, cancelled, closed. */
import { mkdir, readdir, rm, rmdir } from 'node:fs/promises'
import path from 'node:path'
import { fail, ok, type Result } from '@native/audit/result'
import { readPlain, readStream, type Reading } from './files/reader'
import { findSource, type LogFile, type LogSource } from './files/source'
import { isElsewhereInUse, ownTag } from './owner'
import { SegmentLog } from './raw/segment-log'
import { Slice } from './schedule'
import { Session } from './session'
import type { Store } from './store'

/** A file that has had so many lines without one record is not an audit log. */
const LINES_WITHOUT_RECORD = 1000

/** Where packed files are unpacked to, in the data folder. */
const UNPACKED = 'unpacked'

interface Opened {
  session: Session
  slice: Slice
  /** Folder of a recorded session that is being read, so that it is not pruned; null for other files. */
  folder: string | null
  /** Folder of what was unpacked; null when nothing was. */
  spill: string | null
  reading: Promise<void>
}

export class Files {
  readonly #open = new Map<Session, Opened>()

  constructor(private readonly store: Store) {}

  /** Folders of recordings that are open. */
  folders(): string[] {
    return [...this.#open.values()].flatMap(({ folder }) => folder ?? [])
  }

  /** Opens files or a session's folder as one new session, and begins to read. */
  async open(paths: readonly string[]): Promise<Result<Session>> {
    const found = await findSource(paths)
    if (!found.ok) return found
    const source = found.value
    const { store } = this
    const id = store.nextSessionId()
    const packed = source.files.some(({ packing, pipe }) => pipe || packing.kind !== 'plain')
    const spill = packed ? await this.#spillFolder(id) : null
    const raw = this.#textIn(spill)
    const session = new Session({
      id,
      title: source.title,
      kind: source.manifest === null ? 'file' : 'saved',
      raw,
      resolver: store.resolver,
      masked: store.masked,
      vocabularyBytes: store.vocabularyBytes,
      savedLedger: source.manifest?.ledger ?? null,
    })
    session.bytesTotal = source.files.some(({ pipe }) => pipe) ? 0 : sumOf(source.files)
    const recorded = source.manifest !== null && store.recordings?.includes(paths[0]!) === true
    const opened: Opened = {
      session,
      slice: new Slice(),
      folder: recorded ? path.resolve(paths[0]!) : null,
      spill,
      reading: Promise.resolve(),
    }
    store.sessions.set(id, session)
    this.#open.set(session, opened)
    opened.reading = this.#read(opened, source, raw)
    return ok(session)
  }

  /** Stops reading; what was read stays. */
  cancel(session: Session): void {
    this.#open.get(session)?.slice.cancel()
  }

  /** Closes a session and forgets its events. */
  async close(session: Session): Promise<void> {
    const opened = this.#open.get(session)
    this.store.queries.closeSession(session)
    this.store.sessions.delete(session.id)
    this.#open.delete(session)
    opened?.slice.cancel()
    session.closed = true
    await opened?.reading
    await session.close(true)
    if (opened?.spill != null) await rm(opened.spill, { recursive: true, force: true })
  }

  /** Removes what a crash left of unpacked files. */
  async removeLeftovers(): Promise<void> {
    const { dataFolder } = this.store
    if (dataFolder === null) return
    const folder = path.join(dataFolder, UNPACKED)
    for (const name of await readdir(folder).catch(() => [])) {
      if (!isElsewhereInUse(name))
        await rm(path.join(folder, name), { recursive: true, force: true })
    }
    // Only when nothing is left in it.
    await rmdir(folder).catch(() => undefined)
  }

  /** Waits until a session has been read. */
  async finished(session: Session): Promise<void> {
    await this.#open.get(session)?.reading
  }

  async #read(opened: Opened, source: LogSource, text: SegmentLog): Promise<void> {
    const { session, slice } = opened
    const { indexer } = session
    const bookmarks = source.manifest?.bookmarks ?? []
    const reading: Reading = {
      indexer,
      slice,
      progress: (bytes) => (session.bytesRead += bytes),
      indexed: async () => {
        // Before anybody can see the events.
        session.restoreBookmarks(bookmarks)
        await this.store.memory.enforce()
        const { records, malformed } = indexer.counts
        if (records === malformed && malformed > LINES_WITHOUT_RECORD) slice.cancel()
      },
    }
    let problem = ''
    for (const file of source.files) {
      const result = await readOne(file, text, reading).catch((error: Error) =>
        fail('internal', `${file.path} could not be read: ${error.message}.`),
      )
      if (!result.ok) problem ||= `${result.message} ${result.hint}`.trim()
      if (slice.cancelled) break
    }
    indexer.end()
    const { records, malformed } = indexer.counts
    session.restoreBookmarks(bookmarks)
    if (records === malformed && source.manifest === null) {
      session.state = 'failed'
      session.message = problem || NO_RECORDS
    } else {
      session.state = slice.cancelled ? 'cancelled' : problem === '' ? 'done' : 'failed'
      session.message = problem
    }
  }

  async #spillFolder(id: number): Promise<string | null> {
    const { dataFolder, recordings } = this.store
    if (dataFolder === null || recordings === null) return null
    const folder = path.join(dataFolder, UNPACKED, `${id}-${ownTag()}`)
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      return folder
    } catch {
      // Without a folder the text stays in memory, within the budget.
      return null
    }
  }

  #textIn(folder: string | null): SegmentLog {
    return new SegmentLog(folder, { failed: () => undefined, recovered: () => undefined })
  }
}

const NO_RECORDS =
  'It holds no audit record. Logs have lines such as "type=SYSCALL msg=audit(1700000000.123:45): ..."; what ausearch -i prints cannot be read back, ausearch --raw can.'

function readOne(file: LogFile, text: SegmentLog, reading: Reading): Promise<Result<null>> {
  const whole = file.packing.kind === 'plain' && !file.pipe
  return (whole ? readPlain : readStream)(file, text, reading)
}

function sumOf(files: readonly LogFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0)
}
