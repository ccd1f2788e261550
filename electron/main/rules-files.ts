/** `.rules` files that the user chose in a dialog of this run: only those may be read or written for the page. */
import { readFile, stat } from 'node:fs/promises'
import { fail, ok, type Result } from '@native/audit/result'
import { replaceFile } from './replace-file'

/** auditctl reads line by line without a limit; nobody's rules are larger than this. */
const MAX_BYTES = 10_000_000

export class ChosenFiles {
  private readonly chosen = new Set<string>()

  /** The user picked this path in a dialog. */
  allow(path: string): void {
    this.chosen.add(path)
  }

  has(path: string): boolean {
    return this.chosen.has(path)
  }

  async readRules(path: string): Promise<Result<{ text: string }>> {
    if (!this.has(path)) return notChosen(path)
    try {
      const stats = await stat(path)
      // A fifo would be waited for without end, and a device read without end.
      if (!stats.isFile()) return fail('EINVAL', `${path} is not a file.`, 'Choose a file.')
      const { size } = stats
      if (size > MAX_BYTES)
        return fail('too-large', `${path} has ${size} bytes; a rules file may have ${MAX_BYTES}.`)
      return ok({ text: await readFile(path, 'utf8') })
    } catch (error) {
      return fileProblem(error, `${path} could not be read`)
    }
  }

  /** Writes atomically: the old file is whole until the new one is. */
  async writeRules(path: string, text: string, overwrite: boolean): Promise<Result<null>> {
    if (!this.has(path)) return notChosen(path)
    try {
      if (!overwrite && (await exists(path)))
        return fail(
          'EEXIST',
          `${path} exists.`,
          'Choose another name, or confirm that it is replaced.',
        )
      replaceFile(path, text, 0o640)
      return ok(null)
    } catch (error) {
      return fileProblem(error, `${path} could not be written`)
    }
  }
}

/** Turns a file system error into a Failure with its errno name. */
export function fileProblem(error: unknown, what: string): Result<never> {
  const { code, message } = error as NodeJS.ErrnoException
  return fail(code ?? 'io', `${what}: ${message}.`, 'Check the path and its permissions.')
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function notChosen(path: string): Result<never> {
  return fail('not-chosen', `${path} was not chosen in a dialog.`, 'Choose the file again.')
}
