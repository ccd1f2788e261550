/** The grid's own scrollbar: a track, a thumb, and marks for what is worth going to. */
import { markOf, MIN_THUMB, ThumbDrag, thumbOf, topOfThumb, type Scale } from './core/scrollbar'

export interface ScrollbarHost {
  scale: () => Omit<Scale, 'track'>
  top: () => number
  /** A gesture: `end` when the thumb was pulled to the lower end. */
  scroll: (top: number, end: boolean) => void
  /** A drag began or ended: the place is told while it lasts. */
  dragging: (on: boolean) => void
}

/** A place worth going to, by the absolute pixel of its row. */
export interface ScrollMark {
  rowTop: number
  kind: 'bookmark' | 'focus'
}

/** More marks than this cannot be told apart. */
const MAX_MARKS = 200

export class ScrollbarView {
  readonly #track: HTMLElement
  readonly #thumb: HTMLElement
  readonly #host: ScrollbarHost
  readonly #marks: HTMLElement[] = []
  #drag: ThumbDrag | null = null
  #trackHeight = 0

  constructor(track: HTMLElement, thumb: HTMLElement, host: ScrollbarHost) {
    this.#track = track
    this.#thumb = thumb
    this.#host = host
    track.addEventListener('pointerdown', this.#down)
    track.addEventListener('pointermove', this.#move)
    track.addEventListener('lostpointercapture', this.#up)
  }

  get dragging(): boolean {
    return this.#drag !== null
  }

  setTrackHeight(height: number): void {
    this.#trackHeight = height
  }

  draw(marks: readonly ScrollMark[]): void {
    const scale = this.#scale()
    const thumb = thumbOf(scale, this.#host.top())
    this.#thumb.hidden = thumb === null
    if (thumb !== null) {
      // The frozen scale of a drag and the growing one of the rows differ: the thumb stays under the pointer.
      const offset = this.#drag === null ? thumb.offset : this.#drag.offset
      this.#thumb.style.height = `${Math.round(thumb.size)}px`
      this.#thumb.style.transform = `translateY(${Math.round(offset)}px)`
    }
    this.#drawMarks(marks.slice(0, MAX_MARKS), scale)
  }

  destroy(): void {
    this.#track.removeEventListener('pointerdown', this.#down)
    this.#track.removeEventListener('pointermove', this.#move)
    this.#track.removeEventListener('lostpointercapture', this.#up)
  }

  #scale(): Scale {
    return { ...this.#host.scale(), track: this.#trackHeight }
  }

  #drawMarks(marks: readonly ScrollMark[], scale: Scale): void {
    while (this.#marks.length < marks.length) {
      const element = document.createElement('div')
      this.#marks.push(element)
      this.#track.append(element)
    }
    for (const [index, element] of this.#marks.entries()) {
      const mark = marks[index]
      element.hidden = mark === undefined
      if (mark === undefined) continue
      element.className = `scroll-mark ${mark.kind}`
      element.style.transform = `translateY(${Math.round(markOf(scale, mark.rowTop))}px)`
    }
  }

  #down = (event: PointerEvent): void => {
    if (event.button !== 0) return
    event.preventDefault()
    const scale = this.#scale()
    const y = event.clientY - this.#track.getBoundingClientRect().top
    const thumb = thumbOf(scale, this.#host.top())
    if (thumb === null) return
    // A press beside the thumb goes there at once, and a drag goes on from there.
    const onThumb = y >= thumb.offset && y < thumb.offset + Math.max(MIN_THUMB, thumb.size)
    const top = onThumb ? this.#host.top() : topOfThumb(scale, y - thumb.size / 2)
    this.#drag = new ThumbDrag(scale, top, event.clientY)
    this.#track.setPointerCapture(event.pointerId)
    this.#track.classList.add('dragging')
    if (!onThumb) this.#host.scroll(top, this.#drag.atEnd)
    this.#host.dragging(true)
  }

  #move = (event: PointerEvent): void => {
    if (this.#drag === null) return
    const top = this.#drag.move(event.clientY, event.shiftKey)
    this.#host.scroll(top, this.#drag.atEnd)
  }

  #up = (): void => {
    if (this.#drag === null) return
    this.#drag = null
    this.#track.classList.remove('dragging')
    this.#host.dragging(false)
  }
}
