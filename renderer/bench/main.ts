/**
 * The whole window on a store that never ends, for test/bench/ui.ts: `?events=10000000&rate=50000`. The page tells how
 * long its frames took; the bench moves the hands.
 */
import type { StoreClient } from '../platform/platform'
import { FakePlatform } from '../platform/fake/fake'
import { StorePortClient } from '../platform/store-port'
import { start } from '../start'

declare global {
  interface Window {
    bench: Bench
  }
}

/** What the bench may ask the page for. */
export interface Bench {
  /** Records a second that arrive from now on. */
  rate: (recordsPerSecond: number) => void
  /** Begins to count frames. */
  begin: () => void
  /** Times between frames in ms since `begin`, and how many of them had rows without text. */
  end: () => { frames: number[]; blank: number }
  /** Requests to the store so far, by name. */
  asked: () => Promise<Record<string, number>>
  /** Timers and animation frames that ran so far. */
  woken: () => { timers: number; frames: number }
  /** Makes the page believe that it is hidden or seen: Playwright keeps every page visible. */
  hide: (hidden: boolean) => void
  /** Presses the last key of a filter; ms until rows of the result are on the screen. */
  typeFilter: (text: string) => Promise<number>
}

const parameters = new URLSearchParams(location.search)
const number = (name: string, otherwise: number): number =>
  Number(parameters.get(name) ?? otherwise)

const events = number('events', 10_000_000)
const load = { events, held: number('held', events), recordsPerSecond: number('rate', 50_000) }
const worker = new Worker(new URL('./store-worker.ts', import.meta.url), { type: 'module' })
const channel = new MessageChannel()
worker.postMessage({ load }, [channel.port2])

/** Main as in the demo, the store behind a port. */
class BenchPlatform extends FakePlatform {
  readonly client = new StorePortClient()
}
const platform = new BenchPlatform({ scenario: 'live', events: 1, info: { view: 'events' } })
Object.defineProperty(platform, 'store', { value: platform.client satisfies StoreClient })

/** Counts what the window runs by itself: everything that is started from here on. */
const woken = { timers: 0, frames: 0 }
const nextFrame = requestAnimationFrame.bind(window)
window.requestAnimationFrame = (run) =>
  nextFrame((now) => {
    woken.frames++
    run(now)
  })
for (const name of ['setTimeout', 'setInterval'] as const) {
  const start = window[name].bind(window) as (run: () => void, ms?: number) => number
  const counting = (run: () => void, ms?: number, ...rest: unknown[]): number =>
    start(() => {
      woken.timers++
      Reflect.apply(run, undefined, rest)
    }, ms)
  Object.assign(window, { [name]: counting })
}

let frames: number[] = []
let blank = 0
let round = 0
let last = 0

function frame(mine: number, now: number): void {
  if (mine !== round) return
  frames.push(now - last)
  last = now
  if (document.querySelector('.event-grid .row.waiting:not([hidden])') !== null) blank++
  nextFrame((next) => frame(mine, next))
}

/** Types a filter, its last character at once; the views are filtered while it is typed. */
async function typeFilter(text: string): Promise<number> {
  const input = document.querySelector<HTMLInputElement>('.filter-input input')!
  const grid = document.querySelector('.event-grid')!
  const filtered = (): boolean =>
    !grid.classList.contains('stale') &&
    (document.querySelector('.bar .shown')?.textContent.includes(' of ') ?? false)
  input.value = text
  input.setSelectionRange(text.length, text.length)
  const began = performance.now()
  input.dispatchEvent(new InputEvent('input', { bubbles: true }))
  do await new Promise((next) => nextFrame(next))
  while (!filtered())
  return performance.now() - began
}

window.bench = {
  hide: (hidden) => {
    Object.defineProperty(document, 'visibilityState', {
      value: hidden ? 'hidden' : 'visible',
      configurable: true,
    })
    document.dispatchEvent(new Event('visibilitychange'))
  },
  typeFilter,
  woken: () => ({ ...woken }),
  rate: (recordsPerSecond) => worker.postMessage({ recordsPerSecond }),
  begin: () => {
    frames = []
    blank = 0
    last = performance.now()
    const mine = ++round
    nextFrame((now) => frame(mine, now))
  },
  end: () => {
    round++
    return { frames, blank }
  },
  asked: () =>
    new Promise((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<Record<string, number>>) => resolve(data)
      worker.postMessage({ asked: true })
    }),
}

platform.client.attach(channel.port1)
await start(platform)
