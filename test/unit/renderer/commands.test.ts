// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import menu from '../../../electron/main/menu.ts?raw'
import { COMMANDS, commandOf, isEnabled, provideCommand, runCommand } from '@renderer/commands'
import { rank } from '@renderer/components/frame/palette'

describe('the table of commands', () => {
  it('has every command that the menu bar sends', () => {
    const ids = [...menu.matchAll(/id: '([\w.]+)'/g)].map(([, id]) => id!)
    expect(ids.length).toBeGreaterThan(15)
    expect(ids.filter((id) => !commandOf(id))).toEqual([])
  })

  it('shows the same shortcuts as the menu bar', () => {
    const shown = [...menu.matchAll(/id: '([\w.]+)', accelerator: '([^']+)'/g)]
    expect(shown.length).toBeGreaterThan(10)
    for (const [, id, accelerator] of shown) {
      expect(commandOf(id!)?.keys, id).toContain(accelerator)
    }
  })

  it('gives no id and no shortcut twice', () => {
    const ids = COMMANDS.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const keys = COMMANDS.flatMap((command) => command.keys)
    expect(new Set(keys).size).toBe(keys.length)
  })
})

describe('handlers', () => {
  it('does nothing without one', () => {
    expect(runCommand('events.bookmark')).toBe(false)
  })

  it('lets the latest win, and gives way when it is taken back', () => {
    const ran: string[] = []
    const endFirst = provideCommand('events.bookmark', () => ran.push('first'))
    const endSecond = provideCommand('events.bookmark', () => ran.push('second'))
    runCommand('events.bookmark')
    endSecond()
    runCommand('events.bookmark')
    endFirst()
    expect(ran).toEqual(['second', 'first'])
    expect(isEnabled('events.bookmark')).toBe(false)
  })

  it('runs none that is not enabled', () => {
    let ran = 0
    const end = provideCommand('events.goto', { run: () => ran++, enabled: () => false })
    expect(runCommand('events.goto')).toBe(false)
    expect(ran).toBe(0)
    end()
  })
})

describe('the palette', () => {
  it('finds by word beginnings before letters in between', () => {
    const [first] = rank(COMMANDS, 'rul')
    expect(first?.id).toBe('view.rules')
    expect(rank(COMMANDS, 'zzzz')).toEqual([])
    expect(rank(COMMANDS, '')).toHaveLength(COMMANDS.length)
  })
})
