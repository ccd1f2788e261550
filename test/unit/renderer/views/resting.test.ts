// @vitest-environment happy-dom
/** What the window does by itself: nothing while nobody sees it, little while nothing happens. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { FakePlatform } from '@renderer/platform/fake/fake'
import { VIEW_NAMES, type ViewName } from '@contract/ipc'
import { openApp, settle, show } from '../harness'

const FAKED = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'requestAnimationFrame',
  'cancelAnimationFrame',
  'Date',
] as const
const MINUTE = 60_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: [...FAKED] })
})
afterEach(() => {
  hide(false)
  vi.useRealTimers()
})

function hide(hidden: boolean): void {
  Object.defineProperty(document, 'visibilityState', {
    value: hidden ? 'hidden' : 'visible',
    configurable: true,
  })
  document.dispatchEvent(new Event('visibilitychange'))
}

/** Names of the requests to main and to the store from now on. */
function requests(platform: FakePlatform): () => string[] {
  const store = vi.spyOn(platform.store, 'request')
  const before = store.mock.calls.length
  const main = platform.asked.length
  return () => [
    ...store.mock.calls.slice(before).map(([name]) => name),
    ...platform.asked.slice(main).map(({ name }) => name),
  ]
}

it('does nothing while it is hidden, in any view, and goes on when it is shown', async () => {
  const { platform } = await openApp('overview', { scenario: 'live' })
  for (const view of VIEW_NAMES) {
    hide(false)
    await show(view)
    hide(true)
    await settle()
    // What was under way comes to its end.
    await vi.advanceTimersByTimeAsync(5000)
    await settle()
    const asked = requests(platform)
    expect(vi.getTimerCount(), `timers and frames of ${view}`).toBe(0)
    await vi.advanceTimersByTimeAsync(MINUTE)
    expect(asked(), view).toEqual([])
  }
  const asked = requests(platform)
  hide(false)
  await vi.advanceTimersByTimeAsync(5000)
  expect(asked()).toContain('visibility')
  expect(asked()).toContain('ledger')
})

it.each<ViewName>(['overview', 'events', 'processes'])(
  'asks seldom in %s while nothing happens, and at once when something does',
  async (view) => {
    const { platform } = await openApp(view, { scenario: 'live' })
    await vi.advanceTimersByTimeAsync(10_000)
    const idle = requests(platform)
    await vi.advanceTimersByTimeAsync(MINUTE)
    const names = idle()
    for (const name of new Set(names)) {
      // The top talkers are four questions.
      const most = 5 * (name === 'summary' && view === 'overview' ? 4 : 1)
      expect(names.filter((each) => each === name).length, name).toBeLessThanOrEqual(most)
    }
    const busy = requests(platform)
    for (let second = 0; second < 4; second++) {
      platform.tick()
      platform.tick()
      await vi.advanceTimersByTimeAsync(1000)
    }
    expect(busy().length).toBeGreaterThan(3)
  },
)
