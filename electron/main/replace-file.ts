/** A small file, replaced in one step: whole before, whole after, and no link that somebody planted is followed. */
import { randomBytes } from 'node:crypto'
import { renameSync, rmSync, writeFileSync } from 'node:fs'

/**
 * Writes a new file beside `file` and renames it over it; a link in its place is replaced, not written through. The new
 * file's name cannot be guessed and must be new, because the folder may be one where others write too. Throws the error of
 * the file system; then nothing changed.
 */
export function replaceFile(file: string, text: string, mode: number): void {
  const next = `${file}.${randomBytes(8).toString('hex')}.new`
  try {
    writeFileSync(next, text, { mode, flag: 'wx', flush: true })
    renameSync(next, file)
  } catch (error) {
    rmSync(next, { force: true })
    throw error
  }
}
