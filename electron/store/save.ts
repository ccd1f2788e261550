/** Saves a session into a folder of its own: the raw text as an audit.log in pieces, and what is known beside it. */
import { mkdir, open, rm } from 'node:fs/promises'
import path from 'node:path'
import { fail, ok, type Result } from '@native/audit/result'
import { segmentName } from './raw/segment-log'
import { writeManifest } from './recordings'
import type { Session } from './session'

const PIECE_BYTES = 4 * 2 ** 20
const SEGMENT_BYTES = 64 * 2 ** 20

/** Writes what is held now into a new folder; a session that still grows is saved up to this moment. */
export async function saveSession(
  session: Session,
  folder: string,
  now: number,
): Promise<Result<{ bytes: number }>> {
  const { raw } = session
  const { end } = raw
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (error) {
    return cannotSave(folder, error)
  }
  try {
    const bytes = await copyText(session, folder, raw.start, end)
    const range = session.timeRange
    await writeManifest(folder, {
      format: 1,
      title: path.basename(folder),
      started: range?.from ?? now,
      ended: range?.to ?? now,
      state: 'closed',
      ledger: session.ledgerView(now),
      bookmarks: session.savedBookmarks(),
    })
    return ok({ bytes })
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    return cannotSave(folder, error)
  }
}

async function copyText(
  session: Session,
  folder: string,
  from: number,
  to: number,
): Promise<number> {
  let copied = 0
  let number = 0
  for (let at = from; at < to; number++) {
    const file = await open(path.join(folder, segmentName(number)), 'wx', 0o600)
    try {
      const stop = Math.min(to, at + SEGMENT_BYTES)
      while (at < stop) {
        const length = Math.min(PIECE_BYTES, stop - at)
        const piece = await session.raw.read({ offset: at, length })
        // Evicted meanwhile: the oldest goes first, as it does in the session itself.
        if (piece !== null) await file.writeFile(piece)
        copied += piece?.length ?? 0
        at += length
      }
    } finally {
      await file.close()
    }
  }
  return copied
}

const REASONS: Readonly<Record<string, [why: string, hint: string]>> = {
  EEXIST: ['it exists already', 'Choose another name.'],
  ENOSPC: ['the disk is full', 'Make room, or choose another disk.'],
  EROFS: ['the disk is read-only', 'Choose another folder.'],
  EACCES: ['this user may not write there', 'Choose another folder.'],
  ENOENT: ['its folder does not exist', 'Choose another folder.'],
}

function cannotSave(folder: string, error: unknown): Result<never> {
  const { code = 'EIO', message } = error as NodeJS.ErrnoException
  const [why, hint] = REASONS[code] ?? [message, '']
  return fail(code, `The session could not be saved to ${folder}: ${why}.`, hint)
}
