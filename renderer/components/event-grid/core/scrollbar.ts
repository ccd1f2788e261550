/**
 * The grid's own scrollbar as arithmetic: a thumb on a track of pixels stands for a window on a range of rows of any
 * length. Nothing here knows the DOM.
 */

/** Pixels below which a thumb is too small to grab (WCAG 2.5.8 asks for 24). */
export const MIN_THUMB = 24

export interface Scale {
  /** Pixels of the track. */
  track: number
  /** Pixels of the screen, and the lowest and highest pixel that its upper edge can have. */
  height: number
  minTop: number
  maxTop: number
}

export interface Thumb {
  size: number
  offset: number
}

/** Size and place of the thumb; null when everything fits on the screen and no thumb is needed. */
export function thumbOf(scale: Scale, top: number): Thumb | null {
  const travelRows = scale.maxTop - scale.minTop
  if (travelRows <= 0 || scale.track <= 0) return null
  const whole = travelRows + scale.height
  const size = Math.min(scale.track, Math.max(MIN_THUMB, (scale.track * scale.height) / whole))
  const share = Math.min(1, Math.max(0, (top - scale.minTop) / travelRows))
  return { size, offset: share * (scale.track - size) }
}

/** The upper edge that a thumb at `offset` stands for; both ends of the track are exact. */
export function topOfThumb(scale: Scale, offset: number): number {
  const thumb = thumbOf(scale, scale.minTop)
  if (thumb === null) return scale.minTop
  const travel = scale.track - thumb.size
  if (travel <= 0 || offset <= 0) return scale.minTop
  if (offset >= travel) return scale.maxTop
  return scale.minTop + (offset / travel) * (scale.maxTop - scale.minTop)
}

/** Pixel on the track of a row, for marks beside the thumb. */
export function markOf(scale: Scale, rowTop: number): number {
  const whole = scale.maxTop - scale.minTop + scale.height
  return whole <= 0 ? 0 : Math.min(1, Math.max(0, (rowTop - scale.minTop) / whole)) * scale.track
}

/**
 * A drag of the thumb. The scale is frozen when it starts: rows that arrive meanwhile do not pull the thumb from under
 * the pointer. With `fine`, movement counts a tenth from there on, for a place among millions of rows.
 */
export class ThumbDrag {
  readonly #scale: Scale
  #offset: number
  #pointer: number

  constructor(scale: Scale, top: number, pointer: number) {
    this.#scale = scale
    this.#offset = thumbOf(scale, top)?.offset ?? 0
    this.#pointer = pointer
  }

  /** The upper edge for the pointer's new place, in the frozen scale. */
  move(pointer: number, fine: boolean): number {
    this.#offset += (pointer - this.#pointer) * (fine ? 0.1 : 1)
    this.#pointer = pointer
    return topOfThumb(this.#scale, this.#offset)
  }

  /** Where the thumb is, inside its track. */
  get offset(): number {
    const travel = this.#scale.track - (thumbOf(this.#scale, this.#scale.minTop)?.size ?? 0)
    return Math.min(Math.max(0, this.#offset), travel)
  }

  /** The thumb reached the lower end: the same as pressing End. */
  get atEnd(): boolean {
    return topOfThumb(this.#scale, this.#offset) >= this.#scale.maxTop
  }
}
