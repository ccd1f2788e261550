/** Where the window was, across starts. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import log from 'electron-log/main'
import { z } from 'zod'
import { replaceFile } from './replace-file'
import { MIN_HEIGHT, MIN_WIDTH, type WindowBounds } from './window'

const schema = z.object({
  width: z.int().min(MIN_WIDTH).max(16384),
  height: z.int().min(MIN_HEIGHT).max(16384),
  x: z.int().optional(),
  y: z.int().optional(),
  maximized: z.boolean().optional(),
})

export class WindowState {
  private readonly file: string

  constructor(folder: string) {
    this.file = path.join(folder, 'window.json')
  }

  /** The bounds of the last run; null when there are none or they make no sense. */
  read(): WindowBounds | null {
    try {
      return schema.parse(JSON.parse(readFileSync(this.file, 'utf8')))
    } catch {
      return null
    }
  }

  write(bounds: WindowBounds): void {
    try {
      replaceFile(this.file, JSON.stringify(bounds), 0o600)
    } catch (error) {
      log.warn('The window position could not be kept', error)
    }
  }
}
