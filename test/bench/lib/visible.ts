/**
 * From a system call to its row on the screen, in the real app. Each frame, after it was painted, the page notes the time
 * of the newest event in the grid. An event became visible with the first frame whose newest row is it or a later one:
 * rows come in the order of events, so its own row was painted then, or had already made way for newer ones.
 *
 * The time of an event is the kernel's own, taken when the call was entered, from a clock of one tick (4 ms at HZ 250):
 * figures are too large by up to a tick, never too small.
 */
import type { Page } from 'playwright-core'

interface Frame {
  /** When it was painted, and the time of the newest event in it; ms since the epoch. */
  paintedAt: number
  newest: number
}

/** Runs in the page. Its grid shows times as seconds since the epoch. */
const WATCH = `(() => {
  const frames = (globalThis.auditscopeFrames = [])
  const painted = new MessageChannel()
  let newest = 0
  painted.port1.onmessage = () => {
    let seen = newest
    for (const cell of document.querySelectorAll('[role=row] .cell-time'))
      seen = Math.max(seen, Number(cell.textContent.replace(/[^0-9.]/g, '')) * 1000 || 0)
    if (seen > newest) frames.push({ paintedAt: Date.now(), newest: (newest = seen) })
    requestAnimationFrame(() => painted.port2.postMessage(null))
  }
  painted.port2.postMessage(null)
})()`

/** Begins to note frames. */
export async function watchFrames(page: Page): Promise<void> {
  await page.evaluate(WATCH)
}

/**
 * How long each event took to become visible, ms ascending, for events that come evenly at `rate` a second from the first
 * to the last that was seen. What was painted within `warmUpMs` of the first is left out.
 */
export async function delays(page: Page, rate: number, warmUpMs: number): Promise<number[]> {
  const all = await page.evaluate<Frame[]>('globalThis.auditscopeFrames')
  const from = (all[0]?.paintedAt ?? 0) + warmUpMs
  const frames = all.filter(({ paintedAt }) => paintedAt >= from)
  const result: number[] = []
  for (let at = 1; at < frames.length; at++) {
    const { paintedAt, newest } = frames[at]!
    const before = frames[at - 1]!.newest
    const events = Math.round(((newest - before) * rate) / 1000)
    for (let i = 0; i < events; i++) result.push(paintedAt - (newest - (i * 1000) / rate))
  }
  return result.sort((a, b) => a - b)
}
