/** `--screenshot FILE`: paints, waits, writes a PNG, exits. For the README's pictures and for looking at one's own work. */
import { writeFile } from 'node:fs/promises'
import type { BrowserWindow } from 'electron'
import { fail, ok, type Result } from '@native/audit/result'

/** Waits `afterSeconds` from now and writes what the window shows. */
export async function takeScreenshot(
  window: BrowserWindow,
  file: string,
  afterSeconds: number,
): Promise<Result<{ bytes: number }>> {
  await new Promise((resolve) => setTimeout(resolve, afterSeconds * 1000))
  if (window.isDestroyed()) return fail('gone', 'The window was closed before the screenshot.')
  const png = (await window.webContents.capturePage()).toPNG()
  if (png.byteLength === 0)
    return fail('empty', 'The window has not painted anything.', 'Wait longer with --after.')
  try {
    await writeFile(file, png)
  } catch (error) {
    return fail(
      'io',
      `${file} could not be written: ${error instanceof Error ? error.message : String(error)}.`,
      'Choose another path.',
    )
  }
  return ok({ bytes: png.byteLength })
}
