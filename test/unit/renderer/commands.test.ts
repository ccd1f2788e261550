// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import menu from '../../../electron/main/menu.ts?raw'
import { COMMAND_KEYS } from '@contract/commands'
import { COMMANDS, isEnabled, provideCommand, runCommand } from '@renderer/commands'
import { rank } from '@renderer/components/frame/palette'

describe('the table of commands', () => {
  it('has a title for every id that the menu bar may send', () => {
    expect(COMMANDS.map(({ id }) => id).sort()).toEqual(Object.keys(COMMAND_KEYS).sort())
  })

  it('has every command in the menu bar, the views as a list', () => {
    const missing = COMMANDS.map(({ id }) => id).filter((id) => !menu.includes(`id: '${id}'`))
    expect(missing.filter((id) => !id.startsWith('view.'))).toEqual([])
    expect(menu).toContain('...VIEW_NAMES.map')
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
