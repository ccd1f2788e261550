import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { output } from '@native/cli/io'

/** A stream whose reader takes nothing until told to. */
function stuck(): { stream: Writable; take: () => void } {
  let done: (() => void) | null = null
  const stream = new Writable({
    highWaterMark: 4,
    write(_chunk, _encoding, callback) {
      done = callback
    },
  })
  return { stream, take: () => done?.() }
}

describe('output', () => {
  it('makes the writer wait for a slow reader, and says how much waits', async () => {
    const { stream, take } = stuck()
    const out = output(stream, new AbortController())
    let written = false
    const write = out.write('12345678').then(() => (written = true))
    await Promise.resolve()
    expect(written).toBe(false)
    expect(out.pending).toBe(8)
    take()
    await write
    expect(out.pending).toBe(0)
  })

  it('lets nobody wait once the program is told to end', async () => {
    const { stream } = stuck()
    const ending = new AbortController()
    const out = output(stream, ending)
    const write = out.write('12345678')
    ending.abort()
    await write
    await out.write('more')
  })

  it('ends the program quietly when the reader went away', async () => {
    const { stream } = stuck()
    const ending = new AbortController()
    const out = output(stream, ending)
    const write = out.write('12345678')
    stream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    await write
    expect(ending.signal.aborted).toBe(true)
    await out.write('more')
    expect(out.pending).toBe(0)
  })
})
