// @vitest-environment happy-dom
/** Every view in every situation: never blank, never a warning, and what to do next is said. */
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest'
import type { ViewName } from '@contract/ipc'
import type { Scenario } from '@renderer/platform/fake/scenario'
import { VIEWS } from '@renderer/views'
import { openApp, pageText, press, settle, show } from '../harness'

let warn: MockInstance
let error: MockInstance
beforeEach(() => {
  warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  error = vi.spyOn(console, 'error').mockImplementation(() => undefined)
})
afterEach(() => {
  expect(warn.mock.calls).toEqual([])
  expect(error.mock.calls).toEqual([])
  vi.restoreAllMocks()
})

const main = (): string =>
  (document.querySelector('main')?.textContent ?? '').replace(/\s+/g, ' ').trim()
const SITUATIONS: readonly Scenario[] = [
  'live',
  'overload',
  'first-run',
  'quiet',
  'read-only',
  'locked',
  'disconnected',
  'lost',
  'leftovers',
  'failing',
  'loading',
]

it.each(SITUATIONS)('has no blank view in the situation %s', async (scenario) => {
  await openApp('overview', { scenario })
  for (const view of VIEWS) {
    await show(view.name)
    const loads = document.querySelector('main [role="status"][aria-label]') !== null
    expect(main().length > 20 || loads, `${view.name}: ${main()}`).toBe(true)
    expect(main(), view.name).not.toMatch(/undefined|NaN|\[object|could not be loaded/)
  }
})

describe('without a connection', () => {
  it('every view but Settings offers to connect and to open a file', async () => {
    await openApp('overview', { scenario: 'disconnected' })
    for (const { name } of VIEWS.filter((view) => view.name !== 'settings')) {
      await show(name)
      expect(main(), name).toContain('Not connected')
      expect(main(), name).toContain('Open a log file…')
    }
  })

  it.each<[Scenario, string, string]>([
    ['dismissed', 'The prompt was dismissed', 'Connect again'],
    ['no-agent', 'Nobody could ask for the password', 'Start your desktop’s polkit agent'],
    ['daemon-registered', 'Another audit daemon is registered', 'Connect in observe mode'],
  ])('says why: %s', async (scenario, title, next) => {
    await openApp('overview', { scenario })
    expect(main()).toContain(title)
    expect(main()).toContain(next)
  })

  it('connects, and shows the view that was asked for', async () => {
    const { platform } = await openApp('rules', { scenario: 'disconnected' })
    await press('Connect')
    expect(platform.asked).toContainEqual({ name: 'helper.connect', args: { mode: 'observe' } })
    expect(main()).toContain('-w /etc/passwd')
  })

  it('keeps what was captured when the helper dies, and says so above it', async () => {
    const { platform } = await openApp('overview', { scenario: 'live' })
    platform.setConnection({
      state: 'lost',
      mode: null,
      problem: { code: 'killed', message: 'The helper was killed by a signal.', hint: '' },
    })
    await settle()
    expect(main()).toContain('The helper was killed')
    expect(main()).toContain('Connect again')
    expect(main()).toContain('Top talkers')
  })
})

describe('the first run', () => {
  it('is explained in every view of events, instead of an empty one', async () => {
    await openApp('events', { scenario: 'first-run' })
    for (const { name } of VIEWS.filter(({ events }) => events)) {
      await show(name)
      expect(main(), name).toContain('Auditing is off on this machine')
      expect(main(), name).toContain('-S execve,execveat -F auid>=1000')
    }
  })

  it('turns auditing on with the rules that it showed, in one click, and takes them back in one', async () => {
    const { platform } = await openApp('events', { scenario: 'first-run' })
    await press('Turn on with these rules')
    expect(platform.kernel.status.enabled).toBe(1)
    expect(platform.kernel.rules).toHaveLength(2)
    await press('Remove')
    expect(platform.kernel.status.enabled).toBe(0)
    expect(platform.kernel.rules).toEqual([])
  })
})

describe('what a killed session left', () => {
  it('is offered to be put back', async () => {
    const { platform } = await openApp('overview', { scenario: 'leftovers' })
    expect(main()).toContain('1 setting, 1 added rule')
    await press('Put back')
    expect(platform.asked).toContainEqual({
      name: 'helper.command',
      args: { name: 'journal.restore', args: { id: 'a1' } },
    })
    expect(main()).not.toContain('1 added rule')
  })
})

describe('a locked kernel', () => {
  it.each<ViewName>(['rules', 'limits'])('is said in %s before anything is typed', async (view) => {
    await openApp(view, { scenario: 'locked' })
    expect(main()).toContain('The configuration is locked (enabled=2)')
    const inputs = [...document.querySelectorAll<HTMLInputElement>('main input[type="text"]')]
    const usable = inputs.filter(
      (input) => !input.disabled && input.placeholder !== 'Search the rules',
    )
    expect(usable).toEqual([])
  })
})

describe('an error', () => {
  it('says what, why and what to do, can be copied and tried again', async () => {
    const { platform } = await openApp('rules', { scenario: 'failing' })
    expect(main()).toContain('The rules could not be read')
    expect(main()).toContain('The kernel did not answer in time.')
    expect(main()).toContain('Try again in a moment.')
    await press('Copy details')
    const copied = platform.asked.find(({ name }) => name === 'clipboard.write')
    expect(JSON.stringify(copied?.args)).toContain('timeout')
    platform.answer('helper.command', { ok: true, value: [] })
    await press('Try again')
    expect(pageText()).toContain('No rules are loaded')
  })
})
