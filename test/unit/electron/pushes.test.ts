import { describe, expect, it, vi } from 'vitest'
import type { WebContents } from 'electron'
import { Pushes } from '../../../electron/main/pushes'

function page() {
  const sent: unknown[] = []
  return {
    sent,
    contents: {
      isDestroyed: () => false,
      send: vi.fn((_channel: string, push: unknown) => sent.push(push)),
    } as unknown as WebContents,
  }
}

describe('pushes before the page is ready', () => {
  it('wait: the latest of a state, every one of the events, in order', () => {
    const pushes = new Pushes()
    pushes.send('theme', { dark: true })
    pushes.send('theme', { dark: false })
    pushes.send('command', { id: 'a' })
    pushes.send('command', { id: 'b' })
    const { sent, contents } = page()
    pushes.ready(contents)
    expect(sent).toEqual([
      { name: 'theme', value: { dark: false } },
      { name: 'command', value: { id: 'a' } },
      { name: 'command', value: { id: 'b' } },
    ])
  })

  it('are bounded', () => {
    const pushes = new Pushes()
    for (let i = 0; i < 1000; i++) pushes.send('command', { id: String(i) })
    const { sent, contents } = page()
    pushes.ready(contents)
    expect(sent.length).toBeLessThan(300)
    expect(sent.at(-1)).toEqual({ name: 'command', value: { id: '999' } })
  })

  it('come once: a page that reloads gets the state again, not the events', () => {
    const pushes = new Pushes()
    pushes.send('theme', { dark: true })
    pushes.send('command', { id: 'a' })
    pushes.ready(page().contents)
    pushes.notReady()
    const second = page()
    pushes.ready(second.contents)
    expect(second.sent).toEqual([{ name: 'theme', value: { dark: true } }])
  })
})
