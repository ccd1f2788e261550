/**
 * Dragging on the strip: a new range, one edge of the range that is there, or the whole of it. Pure: pixels in, times
 * out.
 */
import type { TimeSpan } from './time-window'

/** Pixels around an edge within which it is taken hold of. */
const GRIP = 5
/** A drag shorter than this is a click, px. */
const CLICK = 3

export interface Scale extends TimeSpan {
  /** Pixels of the plot. */
  width: number
}

export function timeAt(scale: Scale, x: number): number {
  return scale.from + (x / Math.max(1, scale.width)) * (scale.to - scale.from)
}

export function xOf(scale: Scale, time: number): number {
  return ((time - scale.from) / (scale.to - scale.from)) * scale.width
}

/** What a press at a place takes hold of. */
export type Hold = 'new' | 'from' | 'to' | 'move'

export function holdAt(scale: Scale, x: number, range: Partial<TimeSpan>): Hold {
  const from = range.from === undefined ? -Infinity : xOf(scale, range.from)
  const to = range.to === undefined ? Infinity : xOf(scale, range.to)
  if (Math.abs(x - from) <= GRIP) return 'from'
  if (Math.abs(x - to) <= GRIP) return 'to'
  const whole = range.from !== undefined && range.to !== undefined
  return whole && x > from && x < to ? 'move' : 'new'
}

/** One drag, from press to release. */
export class Brush {
  readonly #scale: Scale
  readonly #hold: Hold
  readonly #start: number
  readonly #range: Partial<TimeSpan>
  #x: number

  constructor(scale: Scale, x: number, range: Partial<TimeSpan>) {
    this.#scale = scale
    this.#hold = holdAt(scale, x, range)
    this.#start = x
    this.#range = range
    this.#x = x
  }

  /** Whether the pointer moved enough to mean a range. */
  get moved(): boolean {
    return Math.abs(this.#x - this.#start) >= CLICK
  }

  /** The range for the pointer's place, which is kept inside of the plot. */
  move(x: number): Partial<TimeSpan> {
    this.#x = Math.min(this.#scale.width, Math.max(0, x))
    const time = timeAt(this.#scale, this.#x)
    const { from, to } = this.#range
    if (this.#hold === 'move') return this.#shifted(time - timeAt(this.#scale, this.#start))
    if (this.#hold === 'from') return to === undefined ? { from: time } : ordered(time, to)
    if (this.#hold === 'to') return from === undefined ? { to: time } : ordered(from, time)
    return ordered(timeAt(this.#scale, this.#start), time)
  }

  #shifted(by: number): TimeSpan {
    return { from: this.#range.from! + by, to: this.#range.to! + by }
  }
}

function ordered(a: number, b: number): TimeSpan {
  return { from: Math.min(a, b), to: Math.max(a, b) }
}
