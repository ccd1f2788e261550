/**
 * Damaged logs: real ones with bytes changed, cut, doubled and put elsewhere. Nothing may throw, hang or grow, whatever
 * the damage. AUDITSCOPE_FUZZ_SECONDS makes it longer than the moment it takes here; the seed is in the failure.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Assembler } from '@native/audit/event'
import { ByteOutput, createWriter, OUTPUT_FORMATS } from '@native/audit/format'
import { NO_NAMES } from '@native/audit/interpret'
import { LineSplitter, RecordParser } from '@native/audit/record'
import { fixture, LOGS } from '../fixtures'

const SECONDS = Number(process.env.AUDITSCOPE_FUZZ_SECONDS ?? 2)
/** Events in flight that the assembler of this test allows. */
const MAX_EVENTS = 64

/** A small random generator, so that a seed is enough to see a failure again (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

const BYTES = Buffer.from('\n"\'=( )\x1d\x00\xff{}:.audit msg node type=0123456789ABCDEF', 'latin1')

/** A piece of a log, damaged. */
function damaged(log: Buffer, next: (below: number) => number): Buffer {
  const from = next(log.length)
  const piece = Buffer.from(log.subarray(from, from + 1 + next(30_000)))
  for (let count = next(60); count > 0; count--) {
    const at = next(piece.length)
    switch (next(4)) {
      case 0:
        piece[at] = next(256)
        break
      case 1:
        piece[at] = BYTES[next(BYTES.length)]!
        break
      case 2:
        piece.copy(piece, at, next(piece.length), next(piece.length))
        break
      default:
        piece.fill(BYTES[next(BYTES.length)]!, at, Math.min(at + next(300), piece.length))
    }
  }
  return piece
}

describe('damaged logs', () => {
  it(
    'are read without an error, in every format, within bounds',
    () => {
      const seed = Number(process.env.AUDITSCOPE_FUZZ_SEED ?? Date.now() % 2 ** 32)
      const next = random(seed)
      const logs = [...LOGS, 'other-types.log'].map((log) => readFileSync(fixture(log)))
      let written = 0
      const writers = OUTPUT_FORMATS.map((format) =>
        createWriter(
          format,
          new ByteOutput((bytes, length) => ((written += length), bytes), 1 << 16),
          NO_NAMES,
        ),
      )
      const parser = new RecordParser()
      let turn = 0
      const assembler = new Assembler(
        { event: (event) => writers[turn++ % writers.length]!.event(event) },
        { maxEvents: MAX_EVENTS },
      )
      const lines = new LineSplitter((bytes, start, end) => {
        assembler.push(parser.line(bytes, start, end) ?? parser.malformed(bytes, start, end, 0))
        expect(assembler.inFlight, `seed ${seed}`).toBeLessThanOrEqual(MAX_EVENTS)
      })
      const end = performance.now() + SECONDS * 1000
      let pieces = 0
      let heap = 0
      while (performance.now() < end) {
        lines.push(damaged(logs[next(logs.length)]!, next))
        assembler.detach()
        // What is kept must not grow with what went through: measured once it has had time to fill.
        if (++pieces === 500) heap = process.memoryUsage().arrayBuffers
      }
      lines.end()
      assembler.flush()
      expect(written, `seed ${seed}`).toBeGreaterThan(0)
      expect(assembler.stats.malformed).toBeGreaterThan(0)
      if (heap > 0)
        expect(process.memoryUsage().arrayBuffers - heap, `seed ${seed}`).toBeLessThan(64 * 2 ** 20)
    },
    (SECONDS + 60) * 1000,
  )
})
