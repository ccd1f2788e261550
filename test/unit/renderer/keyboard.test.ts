// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { matches, mayAct } from '@renderer/keyboard'

const press = (key: string, modifiers: Partial<KeyboardEventInit> = {}): KeyboardEvent =>
  new KeyboardEvent('keydown', { key, ...modifiers, bubbles: true })

/** The event as it arrives at an element. */
function at(html: string, event: KeyboardEvent): KeyboardEvent {
  document.body.innerHTML = html
  document.body.firstElementChild!.dispatchEvent(event)
  return event
}

describe('shortcuts', () => {
  it.each([
    ['Ctrl+K', press('k', { ctrlKey: true })],
    ['Ctrl+K', press('K', { ctrlKey: true })],
    ['Shift+F4', press('F4', { shiftKey: true })],
    ['Alt+1', press('1', { altKey: true })],
    ['Space', press(' ')],
    ['?', press('?', { shiftKey: true })],
    ['Ctrl+Shift+Z', press('Z', { ctrlKey: true, shiftKey: true })],
  ])('%s is matched', (shortcut, event) => expect(matches(shortcut, event)).toBe(true))

  it.each([
    ['Ctrl+K', press('k')],
    ['F4', press('F4', { shiftKey: true })],
    ['K', press('k', { ctrlKey: true })],
    ['Ctrl+Z', press('Z', { ctrlKey: true, shiftKey: true })],
  ])('%s is not matched by other modifiers', (shortcut, event) =>
    expect(matches(shortcut, event)).toBe(false),
  )

  it('leaves plain keys and undo to text fields', () => {
    const field = '<input type="text">'
    expect(mayAct('K', at(field, press('k')))).toBe(false)
    expect(mayAct('Space', at(field, press(' ')))).toBe(false)
    expect(mayAct('Ctrl+Z', at(field, press('z', { ctrlKey: true })))).toBe(false)
    expect(mayAct('Ctrl+K', at(field, press('k', { ctrlKey: true })))).toBe(true)
    expect(mayAct('Alt+1', at(field, press('1', { altKey: true })))).toBe(true)
    expect(mayAct('F2', at(field, press('F2')))).toBe(true)
  })

  it('leaves Space to what it activates', () => {
    expect(mayAct('Space', at('<button></button>', press(' ')))).toBe(false)
    expect(mayAct('Space', at('<div role="tab"></div>', press(' ')))).toBe(false)
    expect(mayAct('Space', at('<div></div>', press(' ')))).toBe(true)
    expect(mayAct('K', at('<button></button>', press('k')))).toBe(true)
  })

  it('leaves Enter to what it activates', () => {
    expect(mayAct('Enter', at('<button></button>', press('Enter')))).toBe(false)
    expect(mayAct('Enter', at('<a href="#"></a>', press('Enter')))).toBe(false)
    expect(mayAct('Enter', at('<div role="grid"></div>', press('Enter')))).toBe(true)
  })
})
