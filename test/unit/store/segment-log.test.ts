import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { SegmentLog, segmentName } from '../../../electron/store/raw/segment-log'
import { temporaryFolder } from './support/open'

const EVENTS = {
  failed: (error: Error) => {
    throw error
  },
  recovered: () => undefined,
}

describe('the segment log', () => {
  it('writes what is appended when the block before is done', async () => {
    const folder = temporaryFolder()
    const log = new SegmentLog(folder, EVENTS)
    for (let line = 0; line < 5; line++) {
      await new Promise<void>((done) => {
        log.append(Buffer.from(`line ${line}\n`), done)
      })
    }
    const name = path.join(folder, segmentName(0))
    expect(readFileSync(name, 'utf8')).toBe('line 0\nline 1\nline 2\nline 3\nline 4\n')
    await log.close(true)
  })
})
