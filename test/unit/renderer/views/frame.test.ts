// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { useFilter } from '@renderer/stores/filter'
import { useFrame } from '@renderer/stores/frame'
import { useSessions } from '@renderer/stores/sessions'
import { useSettings } from '@renderer/stores/settings'
import { openApp, pageText, press, settle, show, type } from '../harness'

const key = async (name: string, modifiers: KeyboardEventInit = {}): Promise<void> => {
  const target = document.activeElement ?? document.body
  target.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, ...modifiers }))
  await settle()
}

describe('the frame', () => {
  it('opens views by Alt and a digit, and goes back', async () => {
    await openApp('overview')
    await key('6', { altKey: true })
    expect(useFrame().view).toBe('rules')
    await key('7', { altKey: true })
    expect(useFrame().view).toBe('limits')
    await key('ArrowLeft', { altKey: true })
    expect(useFrame().view).toBe('rules')
  })

  it('runs what main’s menu sends', async () => {
    const { platform } = await openApp('overview')
    platform.emit('command', { id: 'view.diagnosis' })
    await settle()
    expect(useFrame().view).toBe('diagnosis')
    platform.emit('command', { id: 'no.such.command' })
    await settle()
    expect(useFrame().view).toBe('diagnosis')
  })

  it('finds commands in the palette by keyboard alone', async () => {
    await openApp('overview')
    await key('k', { ctrlKey: true })
    expect(pageText()).toContain('Command palette')
    await type('Command', 'limits')
    await key('Enter')
    expect(useFrame().view).toBe('limits')
    expect(useFrame().overlay).toBe(null)
  })

  it('lists all shortcuts at ?', async () => {
    await openApp('overview')
    await key('?', { shiftKey: true })
    expect(pageText()).toContain('Keyboard shortcuts')
    expect(pageText()).toContain('Bookmark the row')
  })

  it('pauses at Space, but not while a button has the focus', async () => {
    await openApp('overview')
    await key(' ')
    expect(useFrame().paused).toBe(true)
    expect(pageText()).toContain('paused')
    document.querySelector<HTMLElement>('.connection')!.focus()
    await key(' ')
    expect(useFrame().paused).toBe(true)
  })

  it('undoes the last filter at Ctrl+Z', async () => {
    await openApp('overview')
    useFilter().setQuery('uid=0')
    await key('z', { ctrlKey: true })
    expect(useFilter().query).toBe('')
    expect(pageText()).toContain('Undone: Filter uid=0')
  })

  it('says in the status bar whether the picture is complete, and where it is told in full', async () => {
    await openApp('overview', { scenario: 'overload' })
    const bar = document.querySelector('.status-bar')!
    expect(bar.textContent).toMatch(/incomplete: [\d,]+ records lost by the kernel/)
    expect(bar.textContent).toMatch(/kernel lost [\d,]+/)
    document.querySelector<HTMLElement>('.verdict')!.click()
    await settle()
    document.querySelector<HTMLElement>('.status-bar .verdict')!.click()
    await settle()
    expect(useFrame().view).toBe('diagnosis')
    await show('diagnosis')
    expect(pageText()).toContain('Why records can be missing')
  })

  it('asks nothing of anybody while it is hidden', async () => {
    const { platform } = await openApp('overview')
    useFrame().hidden = true
    await settle()
    expect(platform.store.visible).toBe(false)
    const asked = platform.asked.length
    await new Promise((resolve) => setTimeout(resolve, 1300))
    expect(platform.asked.length).toBe(asked)
    useFrame().hidden = false
    await settle()
    expect(platform.store.visible).toBe(true)
  })

  it('shows files that main hands over as sessions with tabs', async () => {
    const { platform } = await openApp('overview')
    platform.emit('openFiles', { paths: ['/var/log/audit/audit.log'] })
    await settle()
    const tabs = [
      ...document.querySelectorAll('[role="group"][aria-label="Sessions"] [aria-pressed]'),
    ]
    expect(tabs.map(({ textContent }) => textContent?.trim())).toEqual(['Live', 'audit.log'])
    expect(useSessions().live).toBe(false)
    await press('Close audit.log')
    expect(useSessions().live).toBe(true)
  })

  it('leads from the overview to the events of a file, but not who asked for the overview', async () => {
    const { platform } = await openApp('overview')
    useSettings().info = { ...useSettings().info!, view: 'overview' }
    platform.emit('openFiles', { paths: ['/var/log/audit/audit.log'] })
    await settle()
    expect(useFrame().view).toBe('overview')
    useSettings().info = { ...useSettings().info!, view: null }
    platform.emit('openFiles', { paths: ['/var/log/audit/audit.log.1'] })
    await settle()
    expect(useFrame().view).toBe('events')
  })

  it('says what a problem of the store is, and when it is over', async () => {
    const { platform } = await openApp('overview')
    const problem = { code: 'ENOSPC', message: 'The disk is full.', hint: 'Free some space.' }
    platform.emit('problem', { ...problem, solved: false })
    await settle()
    expect(pageText()).toContain('The disk is full.')
    platform.emit('problem', { ...problem, solved: true })
    await settle()
    expect(pageText()).toContain('Solved: The disk is full.')
  })

  it('shows what a mode would change before it is entered', async () => {
    const { platform } = await openApp('overview', { scenario: 'first-run' })
    useFrame().chooseMode('best-effort')
    await settle()
    expect(pageText()).toContain('Registered daemon: nobody → Auditscope')
    expect(platform.connection.mode).toBe('observe')
    await press('Switch')
    expect(platform.connection.mode).toBe('best-effort')
  })

  it('does not offer a mode that another daemon makes impossible', async () => {
    await openApp('overview')
    useFrame().chooseMode('never-lose')
    await settle()
    expect(pageText()).toContain('auditd (pid 702) is registered as the audit daemon.')
    const apply = [...document.querySelectorAll('button')].find(
      ({ textContent }) => textContent?.trim() === 'Switch',
    )
    expect(apply?.disabled).toBe(true)
  })
})

describe('Settings', () => {
  it('writes a changed number when the field is left, within its bounds', async () => {
    const { platform } = await openApp('settings')
    await type('Days to keep recorded sessions', '99999')
    document.activeElement!.dispatchEvent(new FocusEvent('blur'))
    await settle()
    expect(platform.settings.retentionDays).toBe(3650)
    await type('Days to keep recorded sessions', 'soon')
    document.activeElement!.dispatchEvent(new FocusEvent('blur'))
    await settle()
    expect(platform.settings.retentionDays).toBe(3650)
  })

  it('deletes captured data only after a confirmation', async () => {
    const { platform } = await openApp('settings')
    const deletes = (): number =>
      platform.asked.filter(({ name }) => name === 'data.deleteAll').length
    await press('Delete all captured data…')
    expect(deletes()).toBe(0)
    await press('Delete')
    expect(deletes()).toBe(1)
    expect(pageText()).toContain('Deleted 12 files, 48 MiB')
  })
})

describe('the Overview', () => {
  it('filters by a top talker and shows its events', async () => {
    await openApp('overview')
    const row = [...document.querySelectorAll<HTMLElement>('.talkers button')].find(
      ({ textContent }) => textContent?.includes('openat'),
    )!
    row.click()
    await settle()
    expect(useFilter().query).toBe('syscall=openat')
    expect(useFrame().view).toBe('events')
  })

  it('counts the top talkers anew for another filter, also while the pointer rests on them', async () => {
    await openApp('overview')
    const talkers = document.querySelector('.talkers')!
    talkers.dispatchEvent(new PointerEvent('pointerenter'))
    useFilter().include('syscall=openat')
    await settle()
    expect(talkers.querySelector('.skeleton')).toBeNull()
    expect(talkers.textContent).toContain('openat')
    expect(talkers.textContent).not.toContain('execve')
  })

  it('reads its charts as a table as well', async () => {
    await openApp('overview')
    await press('Show as a table')
    const headers = [...document.querySelectorAll('.charts th[scope="col"]')].map(
      ({ textContent }) => textContent?.trim(),
    )
    expect(headers).toEqual([
      'From',
      'Records',
      'Backlog',
      'Lost by the kernel',
      'Time that tasks waited',
    ])
    expect(document.querySelectorAll('.charts tbody tr').length).toBeGreaterThan(10)
  })

  it('says when it feeds on its own events, by which rule, and leaves itself out at a click', async () => {
    const { platform } = await openApp('overview', { settings: { excludeSelf: false } })
    expect(pageText()).not.toContain('feeds on its own events')
    platform.store.selfAudit = {
      ownPerSecond: 1200,
      eventsPerSecond: 1350,
      key: 'exec',
      call: 'read',
    }
    platform.store.announce()
    await settle()
    expect(pageText()).toContain('Auditscope feeds on its own events.')
    expect(pageText()).toMatch(
      /the rule “-a always,exit .*execve.*-k exec”|the rule “-a always,exit .*-F key=exec”/,
    )
    expect(pageText()).toContain('1,200 of 1,350 events/s')
    const button = [...document.querySelectorAll('button')].find(({ textContent }) =>
      textContent?.includes('Leave Auditscope out'),
    )!
    button.click()
    await settle()
    expect(platform.settings.excludeSelf).toBe(true)
    expect(pageText()).not.toContain('Leave Auditscope out')
    platform.store.selfAudit = null
    platform.store.announce()
    await settle()
    expect(pageText()).not.toContain('feeds on its own events')
  })

  it('names the key of a rule that it does not find, with nothing of it hidden', async () => {
    const { platform } = await openApp('overview')
    platform.store.selfAudit = { ownPerSecond: 60, eventsPerSecond: 60, key: 'a\u202eb', call: '' }
    platform.store.announce()
    await settle()
    expect(pageText()).toContain('a rule with the key')
    expect(pageText()).not.toContain('\u202e')
  })

  it('shows the priority in force, and the one that a mode would give before it does', async () => {
    const { platform } = await openApp('overview')
    expect(pageText()).toMatch(/Priority of the drain\s*normal/)
    useFrame().proposedMode = 'never-lose'
    await settle()
    expect(pageText()).toMatch(/Priority of the drain:\s*normal\s*→\s*nice −4, OOM score −900/)
    useFrame().proposedMode = null
    const sample = platform.kernel.sample(Date.now())
    platform.emit('status', { ...sample, boost: { nice: -4, oomScoreAdj: -900 } })
    await settle()
    expect(pageText()).toMatch(/Priority of the drain\s*nice −4, OOM score −900/)
  })
})
