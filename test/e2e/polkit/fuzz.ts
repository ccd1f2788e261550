/**
 * Bytes that no fair client sends, for the helper's stdin: commands grown from the table's own schemas with mistakes in
 * them, frames that lie, and noise. Everything comes from one seed.
 */
import { z } from 'zod'
import { encodeFrame, FRAME_HEADER_BYTES, writeFrameHeader } from '@native/helper/frames'
import { COMMANDS, FrameKind, MAX_COMMAND_BYTES, type CommandName } from '@native/helper/protocol'

/** It ends the helper, as asked. */
type FuzzedName = Exclude<CommandName, 'stop'>
const NAMES = (Object.keys(COMMANDS) as CommandName[]).filter((name) => name !== 'stop')
/** What JSON Schema says of a zod schema, as far as the table uses it. */
interface Shape {
  type?: string
  enum?: unknown[]
  anyOf?: Shape[]
  properties?: Record<string, Shape>
  items?: Shape
  minimum?: number
  maximum?: number
  maxItems?: number
}

const SHAPES = new Map(
  NAMES.map((name) => [name, z.toJSONSchema(COMMANDS[name].args, { io: 'input' }) as Shape]),
)

/** mulberry32: small, and the same everywhere. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/**
 * Words that the helper wants to hear before it locks the kernel's configuration until reboot, or lets it panic. They are
 * never sent, so that not even a helper that wrongly allows changes can do on the tests' machine what cannot be undone.
 */
const CONFIRMATIONS = /"(lock|panic)"/

/** Makes hostile input. */
export class Fuzz {
  readonly #random: () => number

  constructor(seed: number) {
    this.#random = random(seed)
  }

  /** A whole frame that leaves the stream in step, so that the helper owes one reply. */
  frame(): Uint8Array {
    const roll = this.#random()
    if (roll < 0.7) return encodeFrame(FrameKind.command, this.#command())
    if (roll < 0.8) return encodeFrame(this.#below(256), this.#command())
    if (roll < 0.9) return encodeFrame(FrameKind.command, this.noise(this.#below(2000)))
    if (roll < 0.995) return encodeFrame(FrameKind.command, this.#spoilt(this.#command()))
    // Longer than allowed: skipped, and answered.
    const length = MAX_COMMAND_BYTES + 1 + this.#below(1000)
    const frame = new Uint8Array(FRAME_HEADER_BYTES + length)
    writeFrameHeader(frame, FrameKind.command, length)
    return frame
  }

  /** Bytes without any order. */
  noise(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#below(256))
  }

  /** Cuts bytes into pieces of any size, also within a header. */
  pieces(bytes: Uint8Array): Uint8Array[] {
    const pieces: Uint8Array[] = []
    for (let at = 0; at < bytes.length;) {
      const end = at + 1 + this.#below(this.#random() < 0.3 ? 7 : 65_536)
      pieces.push(bytes.subarray(at, end))
      at = end
    }
    return pieces
  }

  #command(): Uint8Array {
    const name = this.#pick(NAMES)
    const frame: Record<string, unknown> = {
      id: this.#below(1_000_000),
      name: this.#random() < 0.9 ? name : this.#value(),
      args: this.#args(name),
    }
    if (this.#random() < 0.1)
      frame[this.#pick(['id', 'name', 'args', 'extra', '__proto__'])] = this.#value()
    return new TextEncoder().encode(JSON.stringify(frame))
  }

  /** Arguments of a command, without the words that make the irrevocable possible. */
  #args(name: FuzzedName): unknown {
    for (;;) {
      const args = this.#fit(SHAPES.get(name)!)
      if (!CONFIRMATIONS.test(JSON.stringify(args) ?? '')) return args
    }
  }

  /** A value of a shape, now and then not quite. */
  #fit(shape: Shape): unknown {
    if (this.#random() < 0.08) return this.#value()
    if (shape.enum) return this.#pick(shape.enum)
    if (shape.anyOf) return this.#fit(this.#pick(shape.anyOf))
    switch (shape.type) {
      case 'object': {
        const entries = Object.entries(shape.properties ?? {})
        const kept = entries.filter(() => this.#random() < 0.8)
        return Object.fromEntries(kept.map(([name, inner]) => [name, this.#fit(inner)]))
      }
      case 'array': {
        const length = this.#below(Math.min(5, (shape.maxItems ?? 4) + 2))
        return Array.from({ length }, () => this.#fit(shape.items ?? {}))
      }
      case 'integer':
      case 'number': {
        const { minimum = 0, maximum = 100 } = shape
        return this.#pick([minimum, maximum, minimum - 1, maximum + 1, this.#below(1000), 0.5])
      }
      case 'boolean':
        return this.#random() < 0.5
      case 'string':
        return Buffer.from(this.noise(this.#pick([0, 16, 1040, 1100]))).toString('base64')
      default:
        return this.#value()
    }
  }

  /** Anything that JSON can say. */
  #value(): unknown {
    return this.#pick<unknown>([
      null,
      true,
      -1,
      1e308,
      2 ** 53,
      '',
      'toString',
      '__proto__',
      '\0\u202e',
      'x'.repeat(100_000),
      [],
      [[[[]]]],
      {},
      { __proto__: null, constructor: { prototype: {} } },
      JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`),
    ])
  }

  /** A text that is damaged: flipped, cut, doubled. */
  #spoilt(bytes: Uint8Array): Uint8Array {
    const roll = this.#random()
    if (roll < 0.3) return bytes.subarray(0, this.#below(bytes.length))
    if (roll < 0.5) return Uint8Array.from([...bytes.subarray(0, 5000), ...bytes.subarray(0, 5000)])
    const copy = bytes.slice()
    for (let flips = 1 + this.#below(8); flips > 0; flips--) {
      const at = this.#below(copy.length)
      copy[at] = copy[at]! ^ (1 << this.#below(8))
    }
    return copy
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#below(list.length)]!
  }
}
