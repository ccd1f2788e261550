// @vitest-environment happy-dom
/** The Events view in the whole window, on machine-made events: what hands do, and what the rows then say. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FakePlatform } from '@renderer/platform/fake/fake'
import { useFilter } from '@renderer/stores/filter'
import { useFrame } from '@renderer/stores/frame'
import { useRuleDraft } from '@renderer/stores/rule-draft'
import { useSettings } from '@renderer/stores/settings'
import { openApp, pageText, press, settle, show, type } from '../harness'

/** happy-dom lays nothing out: the grid is told that it is 480 px high. */
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(480)
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(900)
})
afterEach(() => vi.restoreAllMocks())

/** A busy machine draws late. */
const PATIENCE = { timeout: 10_000 }

const frames = async (): Promise<void> => {
  for (let round = 0; round < 4; round++) {
    await new Promise((next) => requestAnimationFrame(next))
    await settle()
  }
}
async function open(options: Parameters<typeof openApp>[1] = {}): Promise<FakePlatform> {
  const { platform } = await openApp('events', { events: 2000, ...options })
  await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0), PATIENCE)
  await frames()
  return platform
}

const grid = (): HTMLElement => document.querySelector<HTMLElement>('.event-grid')!
const rows = (): HTMLElement[] =>
  [...document.querySelectorAll<HTMLElement>('.event-grid .body [role=row]')]
    .filter((row) => !row.hidden)
    .sort(
      (a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')),
    )
const indexes = (): number[] => rows().map((row) => Number(row.getAttribute('aria-rowindex')))
const cell = (row: HTMLElement, column: string): HTMLElement =>
  row.querySelector<HTMLElement>(`.cell-${column}`)!
const selected = (): HTMLElement[] =>
  rows().filter((row) => row.getAttribute('aria-selected') === 'true')
const follows = (): boolean =>
  document.querySelector('.flow')?.getAttribute('aria-pressed') === 'true'

async function pointer(target: Element, kind: string, init: PointerEventInit = {}): Promise<void> {
  target.dispatchEvent(new PointerEvent(kind, { bubbles: true, button: 0, ...init }))
  await frames()
}
async function key(name: string, init: KeyboardEventInit = {}): Promise<void> {
  const target = document.activeElement ?? document.body
  target.dispatchEvent(
    new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...init }),
  )
  await frames()
}
async function wheel(deltaY: number): Promise<void> {
  document
    .querySelector('.event-grid .body')!
    .dispatchEvent(new WheelEvent('wheel', { deltaY, bubbles: true }))
  await frames()
}
async function arrive(platform: FakePlatform): Promise<void> {
  platform.tick()
  await frames()
}

describe('following', () => {
  it('keeps the newest row in sight while events arrive', async () => {
    const platform = await open()
    expect(follows()).toBe(true)
    const before = Math.max(...indexes())
    await arrive(platform)
    await vi.waitFor(() => {
      expect(Math.max(...indexes())).toBeGreaterThan(before)
      expect(grid().getAttribute('aria-rowcount')).toBe(String(Math.max(...indexes())))
    }, PATIENCE)
  })

  it('ends when the wheel turns upwards, counts what is new, and resumes at End', async () => {
    const platform = await open()
    await wheel(-200)
    expect(follows()).toBe(false)
    const before = indexes()
    await arrive(platform)
    expect(indexes()).toEqual(before)
    expect(pageText()).toMatch(/\d+ new/)
    grid().focus()
    await key('End')
    expect(follows()).toBe(true)
    expect(pageText()).not.toMatch(/\d+ new/)
  })

  it('ends when a row is selected; the selection stays while events arrive', async () => {
    const platform = await open()
    const text = rows()[3]!.textContent
    await pointer(cell(rows()[3]!, 'event'), 'pointerdown')
    expect(follows()).toBe(false)
    for (let tick = 0; tick < 3; tick++) await arrive(platform)
    expect(selected()).toHaveLength(1)
    expect(selected()[0]!.textContent).toBe(text)
  })

  it('stands still while paused and goes on afterwards', async () => {
    const platform = await open()
    useFrame().paused = true
    await frames()
    const before = indexes()
    await arrive(platform)
    expect(indexes()).toEqual(before)
    useFrame().paused = false
    await frames()
    expect(follows()).toBe(true)
  })
})

describe('hands', () => {
  it('select by keys, extend, and open the inspector', async () => {
    await open()
    await wheel(-1000)
    grid().focus()
    await key('ArrowDown')
    await key('ArrowDown', { shiftKey: true })
    await key('ArrowDown', { shiftKey: true })
    expect(selected()).toHaveLength(3)
    const focused = grid().getAttribute('aria-activedescendant')
    expect(document.getElementById(focused!)).toBe(selected()[2])
    await key('Enter')
    expect(document.querySelector('.inspector')?.textContent).toContain('3 events selected')
    await key('Escape')
    expect(document.querySelector('.inspector')).toBeNull()
  })

  it('add a value to the filter by shift-click and its opposite by alt-shift-click', async () => {
    await open()
    const row = rows().find((each) => cell(each, 'event').textContent === 'openat')!
    await pointer(cell(row, 'event'), 'pointerdown', { shiftKey: true })
    expect(useFilter().query).toBe('event=openat')
    expect(follows()).toBe(true)
    const failed = rows()[0]!
    const key_ = cell(failed, 'key').textContent
    await pointer(cell(failed, 'key'), 'pointerdown', { shiftKey: true, altKey: true })
    expect(useFilter().query).toBe(`event=openat and not key=${key_}`)
  })

  it('pick the value under the cell cursor by + and -', async () => {
    await open()
    await pointer(cell(rows()[2]!, 'event'), 'pointerdown')
    grid().focus()
    await key('ArrowRight')
    await key('ArrowRight')
    expect(document.querySelector('.cursor')?.classList.contains('cell-event')).toBe(true)
    const event = document.querySelector('.cursor')!.textContent
    await key('-')
    expect(useFilter().query).toBe(`not event=${event}`)
  })

  it('bookmark a row by F2 and come back to it by F4', async () => {
    await open()
    await pointer(cell(rows()[2]!, 'event'), 'pointerdown')
    const text = selected()[0]!.textContent
    await key('F2')
    expect(selected()[0]!.classList.contains('marked')).toBe(true)
    await wheel(-5000)
    await key('F4')
    expect(selected()[0]!.textContent).toBe(text)
    await key('F2')
    expect(document.querySelector('.row.marked')).toBeNull()
  })

  it('copy the selected events', async () => {
    const platform = await open()
    await pointer(cell(rows()[2]!, 'event'), 'pointerdown')
    grid().focus()
    await key('c', { ctrlKey: true })
    const copied = platform.asked.find(({ name }) => name === 'clipboard.write')
    expect(JSON.stringify(copied?.args)).toMatch(/type=\w+ msg=audit/)
  })

  it('sort by a column, and show the order to screen readers', async () => {
    await open()
    await press('Event')
    await frames()
    const head = document.querySelector('[data-column=event]')
    expect(head?.getAttribute('aria-sort')).toBe('ascending')
  })
})

describe('the filter', () => {
  it('shows only what fits, says how many of how many, and why nothing is there', async () => {
    await open()
    useFilter().setQuery('syscall=unlink')
    await frames()
    for (const row of rows()) expect(cell(row, 'event').textContent).toBe('unlink')
    expect(pageText()).toMatch(/[\d,]+ of 2,000 events \([\d.]+ %\)/)
    useFilter().setQuery('comm=nothing')
    await frames()
    expect(rows()).toHaveLength(0)
    expect(pageText()).toContain('No event fits the filter')
    await press('Remove filter and time range')
    await frames()
    expect(rows().length).toBeGreaterThan(10)
  })

  it('is typed with its mistakes shown where they are, and taken back by Escape', async () => {
    await open()
    await key('f', { ctrlKey: true })
    await type('Filter', 'syscall=unlink and (')
    await key('Enter')
    expect(pageText()).toContain('A condition is missing at the end.')
    expect(useFilter().query).toBe('')
    await type('Filter', 'comm=bash')
    await frames()
    expect(useFilter().query).toBe('comm=bash')
    await key('Escape')
    expect(useFilter().query).toBe('')
  })

  it('is the same as chips: each can be turned round and removed', async () => {
    await open()
    useFilter().setQuery('syscall=unlink and user=alice')
    await frames()
    expect([...document.querySelectorAll('.chip')].map((chip) => chip.textContent.trim())).toEqual([
      'syscall=unlink',
      'user=alice',
    ])
    await press('Remove syscall=unlink')
    expect(useFilter().query).toBe('user=alice')
  })

  it('keeps the selected event selected when it still fits', async () => {
    await open()
    const row = rows().find((each) => cell(each, 'event').textContent === 'openat')!
    await pointer(cell(row, 'event'), 'pointerdown')
    const text = selected()[0]!.textContent
    useFilter().setQuery('syscall=openat')
    await frames()
    expect(selected()[0]?.textContent).toBe(text)
  })
})

describe('going somewhere', () => {
  it('goes to a serial number, and says when there is none', async () => {
    await open()
    await key('g', { ctrlKey: true })
    await type('Time or serial number', '184100')
    await press('Go')
    await frames()
    expect(pageText()).not.toContain('No event with this serial')
    expect(selected()).toHaveLength(1)
    await key('g', { ctrlKey: true })
    await type('Time or serial number', '7')
    await press('Go')
    expect(pageText()).toContain('No event with this serial number is shown.')
  })

  it('finds text in the rows, round the end', async () => {
    await open()
    await key('G', { ctrlKey: true, shiftKey: true })
    await type('Text to find', 'deleted file')
    document.activeElement!.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }),
    )
    await frames()
    expect(selected()[0]!.textContent).toContain('deleted file')
  })
})

describe('a rule from an event', () => {
  it('stands in the draft of the rules and is not applied', async () => {
    const platform = await open()
    const before = platform.kernel.rules.length
    const row = rows().find((each) => cell(each, 'event').textContent === 'unlink')!
    await pointer(cell(row, 'event'), 'pointerdown', { button: 2 })
    cell(row, 'event').dispatchEvent(
      new MouseEvent('contextmenu', { bubbles: true, cancelable: true }),
    )
    await frames()
    const item = [...document.querySelectorAll<HTMLElement>('[role=menuitem]')].find((each) =>
      each.textContent?.includes('Make a rule'),
    )
    item!.click()
    await frames()
    expect(useFrame().view).toBe('rules')
    expect(useRuleDraft().text).toContain('-S unlink')
    expect(platform.kernel.rules).toHaveLength(before)
  })
})

describe('a view that is not shown', () => {
  it('asks the store for nothing', async () => {
    const platform = await open()
    await show('settings')
    const request = vi.spyOn(platform.store, 'request')
    for (let tick = 0; tick < 3; tick++) await arrive(platform)
    const names = request.mock.calls.map(([name]) => name)
    expect(names.filter((name) => name === 'rows' || name === 'series')).toEqual([])
  })
})

describe('columns', () => {
  it('that were chosen are there again at the next start', async () => {
    await open({
      settings: { ui: { 'events.columns': [{ id: 'pid', width: 90, shown: true }] } },
    })
    const heads = [...document.querySelectorAll('.head')].map((head) => head.textContent?.trim())
    expect(heads).toEqual(['PID'])
    expect(useSettings().current?.ui['events.columns']).toHaveLength(1)
  })
})
