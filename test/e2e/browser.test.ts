/** Browsing a log in the real app, without a helper and without any privilege: what hands do, and what is then seen. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createRequire } from 'node:module'
import { App, VIEW_TITLES } from './support/app'
import { EventsView } from './support/events'
import { layoutFindings } from './support/layout'

const FIXTURE = 'test/fixtures/audit.log'
const ALL = '1,144 events'
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** Views whose content the filter restricts. */
const FILTERED = [
  'Events',
  'Processes',
  'Syscalls',
  'Files',
  'Users',
  'Keys',
  'Connections',
] as const
const SIZES = [
  { width: 1600, height: 1000 },
  { width: 1024, height: 700 },
] as const

interface AxeResults {
  violations: { id: string; impact: string; nodes: { html: string }[] }[]
}

/** Serious findings of axe in the page as it is, a line each. */
async function seriousFindings(app: App): Promise<string[]> {
  await app.page.evaluate(AXE)
  return app.page.evaluate(async () => {
    const axe = (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe
    const { violations } = await axe.run()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)
  })
}

describe('browsing a log', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'auditscope-browser-'))
  let app: App
  let events: EventsView
  let start: () => Promise<void>

  beforeAll(async () => {
    // Without the system bus: Chromium ends when that bus does, and other tests have one of their own for polkit.
    const env = { DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nonexistent' }
    start = async () => {
      const args = ['--open', FIXTURE, '--view', 'events']
      app = await App.start({ args, env, dataFolder: path.join(folder, 'data') })
      events = new EventsView(app.page)
      await events.says(ALL)
    }
    await start()
  })
  afterAll(async () => {
    await app.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  // Each test begins with all events, whatever the one before it left open.
  beforeEach(async () => {
    for (let open = 3; open > 0 && (await app.page.getByRole('dialog').count()) > 0; open--) {
      await press('Escape')
    }
    await app.go('Events')
    if ((await events.conditions.count()) > 0) await events.clearFilter()
    await events.says(ALL)
    await events.grid.press('Home')
    await press('Escape')
    await expect.poll(async () => (await events.texts('event'))[0]).toBe('DAEMON_START')
  })
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await app.screenshot(`failed-${task.name}`)
  })

  const press = (keys: string): Promise<void> => app.page.keyboard.press(keys)
  /** What is in the clipboard. */
  const clipboard = (): Promise<string> =>
    app.electron.evaluate(({ clipboard: board }) => board.readText())
  /** Answers the next file dialogs in the user's stead. */
  const answerDialogs = (file: string): Promise<void> =>
    app.electron.evaluate(({ dialog }, chosen) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: chosen })
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
    }, file)

  describe('filtering', () => {
    it('completes a field and a value that occurs, and shows what passes while it is typed', async () => {
      await press('Control+f')
      await app.page.keyboard.type('sysc')
      await app.page.getByRole('option', { name: /^syscall/ }).waitFor()
      await press('Tab')
      expect(await events.filter.inputValue()).toMatch(/^syscall/)
      await events.filter.fill('syscall=unl')
      await app.page.getByRole('option', { name: /^unlinkat/ }).waitFor()
      await events.filter.fill('syscall=unlink')
      await events.says('34 of 1,144 events')
      await press('Escape')
      await events.says(ALL)
      expect(await events.conditions.count()).toBe(0)
    })

    it('says what is wrong with a query and does not apply it', async () => {
      await press('Control+f')
      await events.filter.fill('syscall=unlink and')
      await press('Enter')
      await expect.poll(() => events.filter.getAttribute('aria-invalid')).toBe('true')
      await press('Escape')
      await events.says(ALL)
    })

    it('says what is odd about a filter that lets nothing through', async () => {
      await events.filterBy('sycall=unlink')
      await app.main.getByText('Records have no field sycall that is known here.').waitFor()
    })

    it('shows conditions as chips that can be turned round and removed one by one', async () => {
      await events.filterBy('syscall=openat and success=no')
      await events.says('14 of 1,144 events')
      expect(await events.chips()).toEqual(['syscall=openat', 'success=no'])
      await events.conditions.nth(1).getByRole('button').first().click()
      await app.page.getByRole('menuitem', { name: 'Must not hold' }).click()
      await events.says('73 of 1,144 events')
      await events.conditions
        .nth(1)
        .getByRole('button', { name: /^Remove/ })
        .click()
      await events.says('87 of 1,144 events')
      await press('Control+z')
      await events.says('73 of 1,144 events')
      await press('Control+y')
      await events.says('87 of 1,144 events')
      await press('Control+Shift+f')
      await events.says(ALL)
    })

    it('includes by shift-click and excludes by alt-shift-click', async () => {
      await events.cell('event', 'openat').click({ modifiers: ['Shift'] })
      await events.says('88 of 1,144 events')
      await events.cell('result', 'ok').click({ modifiers: ['Shift', 'Alt'] })
      await events.says('13 of 1,144 events')
      await expect.poll(() => events.texts('result')).not.toContain('ok')
      expect(new Set(await events.texts('event'))).toEqual(new Set(['openat']))
      await events.clearFilter()
    })

    it('includes, excludes and copies by right click', async () => {
      await events.choose(events.cell('result', 'ENOENT'), 'Include')
      await expect
        .poll(async () => new Set(await events.texts('result')))
        .toEqual(new Set(['ENOENT']))
      await events.says(/^\d+ of 1,144 events/)
      await events.choose(events.cell('event', 'access'), 'Exclude')
      await expect.poll(() => events.texts('event')).not.toContain('access')
      await events.choose(events.cells('object').first(), 'Copy the value')
      await expect.poll(clipboard).toBe((await events.texts('object'))[0])
      await events.clearFilter()
    })

    it('copies the selected events as an ausearch command and as records', async () => {
      const cell = events.cell('event', 'access')
      await events.choose(cell, 'Copy the selected as', 'ausearch command')
      await expect.poll(clipboard).toMatch(/^ausearch /)
      await events.choose(cell, 'Copy the selected as', 'Records as in audit.log')
      await expect.poll(clipboard).toMatch(/^type=SYSCALL msg=audit\(/)
    })

    it('highlights by right click without hiding anything', async () => {
      await events.choose(events.cell('event', 'access'), 'Highlight')
      await expect
        .poll(() => events.grid.locator('.row.highlighted:visible').count())
        .toBeGreaterThan(0)
      await events.says(ALL)
      await app.page.getByRole('button', { name: 'Highlights' }).click()
      const dialog = app.page.getByRole('dialog')
      expect(await dialog.getByLabel('Condition of rule 1').inputValue()).toBe('event=access')
      await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
      await dialog.getByRole('button', { name: 'Apply' }).click()
      await expect.poll(() => events.grid.locator('.row.highlighted:visible').count()).toBe(0)
    })

    it('proposes a rule of an event', async () => {
      await events.choose(events.cell('event', 'access'), 'Make a rule…')
      await app.page.getByText('A rule for events like this one').first().waitFor()
      await app.page.getByRole('button', { name: 'Copy the rule' }).click()
      await expect.poll(clipboard).toMatch(/^-a always,exit .*-S access/)
    })
  })

  describe('the time strip', () => {
    it('restricts all views to the time that was brushed, and lets go of it', async () => {
      const strip = (await app.page
        .getByRole('region', { name: 'Time' })
        .getByRole('group')
        .boundingBox())!
      const at = (share: number): [number, number] => [strip.x + strip.width * share, strip.y + 20]
      await app.page.mouse.move(...at(0.5))
      await app.page.mouse.down()
      await app.page.mouse.move(...at(0.7), { steps: 4 })
      await app.page.mouse.move(...at(0.99), { steps: 4 })
      await app.page.mouse.up()
      await events.says(/^\d+ of 1,144 events/)
      await expect.poll(async () => (await events.texts('time'))[0]! >= '01:14:14').toBe(true)
      await app.go('Users')
      await app.main
        .getByText(/within the filter/)
        .first()
        .waitFor()
      await app.go('Events')
      await app.page.mouse.dblclick(...at(0.75))
      await events.says(ALL)
    })

    it('is moved, zoomed and used by keys alone', async () => {
      const plot = app.page.getByRole('region', { name: 'Time' }).getByRole('group')
      const words = (): Promise<string | null> => plot.getAttribute('aria-label')
      await plot.focus()
      const whole = await words()
      await press('+')
      await press('+')
      await expect.poll(words).not.toBe(whole)
      await press('Enter')
      await events.says(/^[\d,]+ of 1,144 events/)
      await press('Delete')
      await events.says(ALL)
      await press('0')
      await expect.poll(words).toBe(whole)
    })

    it.each(['by syscall', 'by user', 'by result', 'by type', 'by key'])(
      'stacks %s',
      async (by) => {
        await app.page.getByLabel('Stacked by').selectOption({ label: by })
        const plot = app.page.getByRole('region', { name: 'Time' }).getByRole('group')
        const first = {
          'by syscall': 'close',
          'by user': 'root',
          'by result': 'ok',
          'by type': 'SYSCALL',
          'by key': 'variety',
        }[by]
        await expect.poll(() => plot.getAttribute('aria-label')).toContain(`${first} `)
      },
    )
  })

  describe('getting around', () => {
    it('goes to a serial and to a time', async () => {
      await press('Control+g')
      const field = app.page.getByRole('dialog').getByLabel('Time or serial number')
      await field.fill('999999')
      await press('Enter')
      await app.page
        .getByRole('dialog')
        .getByText('No event with this serial number is shown.')
        .waitFor()
      await field.fill('01:14:15.1')
      await press('Enter')
      await app.page.getByRole('dialog').waitFor({ state: 'detached' })
      await expect
        .poll(() => events.selected.locator('.cell-time').innerText())
        .toMatch(/^01:14:15\.1/)
      const serial = /serial (\d+)/.exec((await serialOf(events)) ?? '')![1]!
      await events.grid.press('Home')
      await press('Control+g')
      await app.page.getByRole('dialog').getByLabel('Time or serial number').fill(serial)
      await press('Enter')
      await expect.poll(() => serialOf(events)).toContain(`serial ${serial}`)
    })

    it('finds text forwards and backwards', async () => {
      await events.grid.press('Home')
      await press('Control+Shift+g')
      await app.page.getByLabel('Text to find').fill('shadow')
      await press('Enter')
      await expect.poll(() => events.selected.innerText()).toContain('shadow')
      const first = await serialOf(events)
      await press('F3')
      await expect.poll(() => serialOf(events)).not.toBe(first)
      await press('Shift+F3')
      await expect.poll(() => serialOf(events)).toBe(first)
      await press('Escape')
      await app.page.getByLabel('Text to find').waitFor({ state: 'detached' })
    })

    it('bookmarks rows, notes what they are about, and goes from one to the next', async () => {
      await events.select(events.cell('event', 'access'))
      await press('F2')
      await press('Enter')
      const note = events.inspector.getByLabel('Note')
      await note.fill('the loader looks for its preload list')
      await events.grid.focus()
      await press('End')
      await expect.poll(() => events.selected.locator('.cell-event').innerText()).toBe('unlinkat')
      await press('F2')
      await expect.poll(() => events.grid.locator('.row.marked:visible').count()).toBe(1)
      await press('Shift+F4')
      await expect.poll(() => events.selected.locator('.cell-event').innerText()).toBe('access')
      await expect.poll(() => note.inputValue()).toBe('the loader looks for its preload list')
      await press('F4')
      await expect.poll(() => events.selected.locator('.cell-event').innerText()).not.toBe('access')
      await press('Escape')
      await events.inspector.waitFor({ state: 'hidden' })
    })

    it('moves by keys with one row focused, also to both ends', async () => {
      await events.grid.focus()
      await press('j')
      await press('Home')
      const focusedRow = (): Promise<string | null> =>
        app.page.evaluate(
          `document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.getAttribute('aria-rowindex') ?? null`,
        )
      await expect.poll(focusedRow).toBe('2')
      for (const keys of ['j', 'j', 'ArrowDown', 'k']) await press(keys)
      await expect.poll(focusedRow).toBe('4')
      await press('End')
      await expect.poll(focusedRow).toBe('1145')
      expect(await events.grid.getAttribute('aria-rowcount')).toBe('1145')
      await press('Home')
      await press('Shift+ArrowDown')
      await press('Shift+PageDown')
      await expect.poll(() => events.selected.count()).toBeGreaterThan(10)
      await press('Escape')
      await expect.poll(() => events.selected.count()).toBe(0)
    })
  })

  describe('the columns', () => {
    it('are chosen, moved, resized and sorted by keys', async () => {
      await app.page.getByRole('button', { name: 'Columns' }).click()
      await app.page.getByRole('menuitemcheckbox', { name: 'Serial' }).click()
      await press('Escape')
      const head = (name: string) => events.grid.getByRole('columnheader', { name })
      await head('Serial').waitFor()
      const heads = (): Promise<string[]> =>
        events.grid.locator('[role="columnheader"] .title').allInnerTexts()
      expect((await heads()).at(-1)).toBe('Serial')
      const button = head('Serial').getByRole('button')
      await button.focus()
      await press('Alt+ArrowLeft')
      await expect
        .poll(heads)
        .toEqual(['Time', 'Event', 'Who', 'What', 'Object', 'Result', 'Command', 'Serial', 'Key'])
      const width = (await head('Serial').boundingBox())!.width
      await button.focus()
      await press('Shift+ArrowRight')
      await expect
        .poll(async () => (await head('Serial').boundingBox())!.width)
        .toBeGreaterThan(width)
      await press('Enter')
      await press('Enter')
      await expect.poll(() => head('Serial').getAttribute('aria-sort')).toBe('descending')
      await expect
        .poll(async () => {
          const serials = (await events.texts('serial')).map(Number)
          return serials.every((serial, at) => at === 0 || serial < serials[at - 1]!)
        })
        .toBe(true)
      await button.focus()
      await press('Enter')
      await expect.poll(() => head('Serial').getAttribute('aria-sort')).toBe('none')
    })
  })

  describe('the inspector', () => {
    it('tells who did what on what, its chain, its records raw and interpreted', async () => {
      await events.filterBy('syscall=openat and result=EACCES')
      await events.says('3 of 1,144 events')
      await expect.poll(() => events.cells('event').count()).toBe(3)
      await events.select(events.cells('object').filter({ hasText: '/etc/shadow' }).first())
      await press('Enter')
      await events.inspector
        .getByText(/failed to open/)
        .first()
        .waitFor()
      await events.inspector.getByRole('heading', { name: 'Process chain' }).waitFor()
      const record = events.inspector.getByRole('table', { name: 'SYSCALL record' })
      await record.scrollIntoViewIfNeeded()
      expect(await record.innerText()).toMatch(/EACCES/)
      await events.inspector.locator('.forms').getByText('Raw', { exact: true }).click()
      await events.inspector.getByText(/^type=SYSCALL msg=audit\(/).waitFor()
      await events.inspector.getByText('Side by side', { exact: true }).click()
    })

    it('goes on to related events, and back to the rows', async () => {
      await events.select(events.cell('event', 'access'))
      await press('Enter')
      const related = events.inspector.getByRole('group', { name: 'Related by' })
      for (const button of await related.getByRole('button').all()) {
        await button.click()
        await expect.poll(() => button.getAttribute('aria-pressed')).toBe('true')
      }
      await related.getByRole('button').first().click()
      const before = await serialOf(events)
      await events.inspector.locator('.related li:not(.self) button').first().click()
      await expect.poll(() => serialOf(events)).not.toBe(before)
      await events.inspector.getByRole('button', { name: 'Next row' }).click()
      await press('Escape')
    })
  })

  describe('files', () => {
    it('exports the selection in each format, never over a file without asking', async () => {
      await events.select(events.cell('event', 'access'))
      for (const [format, pattern] of [
        ['audit.log', /^type=SYSCALL msg=audit\(/],
        ['JSON lines', /^\{/],
        ['CSV', /access/],
        ['Sentences', /failed to check access to/],
        ['Interpreted records', /syscall=access/],
      ] as const) {
        const file = path.join(folder, `export-${format.replaceAll(' ', '')}`)
        await answerDialogs(file)
        await press('Control+e')
        const dialog = app.page.getByRole('dialog')
        await dialog.getByLabel('Events').click()
        await app.page.getByRole('option', { name: /^The selection: 1 event/ }).click()
        await dialog.getByLabel('Format').click()
        await app.page.getByRole('option', { name: format }).click()
        await dialog.getByRole('button', { name: 'Choose a file…' }).click()
        await dialog.waitFor({ state: 'detached' })
        expect(readFileSync(file, 'utf8')).toMatch(pattern)
      }
    })

    it('asks before it writes over a file, and leaves the file alone when that is not wanted', async () => {
      const file = path.join(folder, 'precious')
      writeFileSync(file, 'precious')
      await answerDialogs(file)
      await press('Control+e')
      const dialog = app.page.getByRole('dialog', { name: 'Export events' })
      const question = app.page.getByRole('dialog', { name: 'Replace the file?' })
      await dialog.getByRole('button', { name: 'Choose a file…' }).click()
      await question.getByText(`${file} exists already.`).waitFor()
      await question.getByRole('button', { name: 'Cancel' }).click()
      await question.waitFor({ state: 'detached' })
      expect(readFileSync(file, 'utf8')).toBe('precious')
      await dialog.getByRole('button', { name: 'Choose a file…' }).click()
      await question.getByRole('button', { name: 'Replace the file' }).click()
      await dialog.waitFor({ state: 'detached' })
      await expect.poll(() => readFileSync(file, 'utf8')).toContain('type=DAEMON_START')
    })

    it('saves the session with its bookmarks, and opens it again as a tab', async () => {
      const saved = path.join(folder, 'saved')
      await answerDialogs(saved)
      await press('Control+s')
      await app.page.getByText('Session saved').first().waitFor()
      await press('Control+o')
      const tabs = app.page.getByRole('group', { name: 'Sessions' })
      await expect.poll(() => tabs.locator('[aria-pressed]').count()).toBe(3)
      await events.says(ALL)
      await expect.poll(() => events.grid.locator('.row.marked').count()).toBeGreaterThan(0)
      await press('F4')
      await press('Enter')
      await expect
        .poll(() => events.inspector.getByLabel('Note').inputValue())
        .toBe('the loader looks for its preload list')
      await press('Escape')
      await tabs
        .getByRole('button', { name: /^Close/ })
        .last()
        .click()
      await expect.poll(() => tabs.locator('[aria-pressed]').count()).toBe(2)
    })
  })

  describe('by keys', () => {
    it.each([
      ['Alt+1', 'Overview'],
      ['Alt+2', 'Events'],
      ['Alt+3', 'Processes'],
      ['Alt+4', 'Syscalls'],
      ['Alt+5', 'Files'],
      ['Alt+6', 'Rules'],
      ['Alt+7', 'Limits'],
      ['Alt+8', 'Lab'],
      ['Alt+9', 'Diagnosis'],
    ])('%s opens %s, and Alt+Left goes back', async (keys, title) => {
      await app.go('Settings')
      await press(keys)
      await app.main.getByRole('heading', { level: 1, name: title }).waitFor({ state: 'attached' })
      await press('Alt+ArrowLeft')
      await app.main
        .getByRole('heading', { level: 1, name: 'Settings' })
        .waitFor({ state: 'attached' })
    })

    it('runs any command from the palette', async () => {
      await press('Control+k')
      await app.page.getByRole('dialog').getByRole('combobox').fill('choose columns')
      await press('Enter')
      await app.page.getByRole('menuitemcheckbox', { name: 'Serial' }).waitFor()
      await press('Escape')
    })

    it('lists the shortcuts on a page of their own', async () => {
      await press('?')
      const dialog = app.page.getByRole('dialog')
      for (const text of ['Command palette', 'Bookmark the row', 'Pause or resume the views']) {
        await dialog.getByText(text).first().waitFor()
      }
    })

    it('pauses and goes on with Space, and folds the sidebar', async () => {
      await press('Space')
      await app.page.getByText('paused', { exact: true }).waitFor()
      await press('Space')
      await app.page.getByText('paused', { exact: true }).waitFor({ state: 'detached' })
      const sidebar = app.page.getByRole('navigation')
      const wide = (await sidebar.boundingBox())!.width
      await press('Control+b')
      await expect.poll(async () => (await sidebar.boundingBox())!.width).toBeLessThan(wide / 2)
      await press('Control+b')
    })

    it('presses the button that has the focus with Enter', async () => {
      await app.page.getByRole('button', { name: 'Find in the rows' }).focus()
      await press('Enter')
      await app.page.getByLabel('Text to find').waitFor()
      await press('Escape')
      await events.inspector.waitFor({ state: 'hidden' })
    })

    it('goes from one control to the next, each with a focus that can be seen', async () => {
      await app.page.evaluate('document.activeElement.blur()')
      const seen: string[] = []
      const invisible: string[] = []
      for (let step = 0; step < 60; step++) {
        await press('Tab')
        const { name, visible } = await app.page.evaluate<{ name: string; visible: boolean }>(FOCUS)
        if (seen.includes(name)) break
        seen.push(name)
        if (!visible) invisible.push(name)
      }
      expect(invisible).toEqual([])
      expect(seen.join()).toContain('Events')
      expect(seen.length).toBeGreaterThan(15)
    })
  })

  /** What is wrong with every view at a size, and pictures of them. */
  async function look(
    size: (typeof SIZES)[number],
    theme: string,
    axe: boolean,
  ): Promise<string[]> {
    await app.page.setViewportSize(size)
    const findings: string[] = []
    for (const title of VIEW_TITLES) {
      await app.go(title)
      await app.settle()
      if (axe) findings.push(...(await findingsOf(title, () => seriousFindings(app))))
      findings.push(...(await findingsOf(title, () => layoutFindings(app.page))))
      await app.screenshot(`open-${title}-${theme}-${size.width}`)
    }
    return findings
  }

  describe.each(['dark', 'light'] as const)('every view, %s', (theme) => {
    it('is accessible and laid out well', async () => {
      await app.theme(theme)
      expect(await look(SIZES[0], theme, true)).toEqual([])
    })

    it('says why it is empty when nothing fits the filter', async () => {
      await app.theme(theme)
      await app.page.setViewportSize(SIZES[0])
      await events.filterBy('pid=999999999')
      const findings: string[] = []
      for (const title of FILTERED) {
        await app.go(title)
        await app.main.getByRole('button', { name: 'Remove filter and time range' }).waitFor()
        findings.push(...(await findingsOf(title, () => layoutFindings(app.page))))
        await app.screenshot(`empty-${title}-${theme}`)
      }
      findings.push(...(await findingsOf('empty', () => seriousFindings(app))))
      expect(findings).toEqual([])
    })
  })

  // Where things stand does not depend on the theme.
  it('fits the smallest window', async () => {
    expect(await look(SIZES[1], 'light', false)).toEqual([])
  })

  it.each(SIZES)('has a tree, an inspector and dialogs that fit $width px', async (size) => {
    await app.page.setViewportSize(size)
    const findings: string[] = []
    const lint = async (where: string): Promise<void> => {
      findings.push(...(await findingsOf(where, () => layoutFindings(app.page))))
      await app.screenshot(`open-${where}-${size.width}`)
    }
    await app.go('Processes')
    await app.page.getByRole('radio', { name: 'Tree' }).click()
    await app.main.getByRole('treegrid').waitFor()
    await lint('tree')
    await app.page.getByRole('radio', { name: 'List' }).click()
    await app.go('Events')
    await events.select(events.cell('event', 'execve'))
    await press('Enter')
    await events.inspector.getByRole('table', { name: 'EXECVE record' }).waitFor()
    await lint('inspector')
    await press('Escape')
    for (const keys of ['Control+e', 'Control+g', 'Control+k', '?']) {
      await press(keys)
      await app.page.getByRole('dialog').waitFor()
      await lint(`dialog-${keys}`)
      await press('Escape')
      await app.page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    expect(findings).toEqual([])
  })

  it('has nothing to complain about on its console', () => {
    expect(app.complaints).toEqual([])
  })

  it('has its columns as they were after a restart', async () => {
    const columns = (): Promise<[string, number][]> =>
      events.grid
        .getByRole('columnheader')
        .evaluateAll((heads) =>
          heads.map((head) => [head.textContent, head.getBoundingClientRect().width]),
        )
    await app.page.setViewportSize(SIZES[0])
    const before = await columns()
    expect(before.some(([title]) => title.includes('Serial'))).toBe(true)
    await app.stop()
    await start()
    await app.page.setViewportSize(SIZES[0])
    await expect.poll(columns).toEqual(before)
  })
})

/** What has the focus, and whether that can be seen: by an outline, a shadow or a border of its own or around it. */
const FOCUS = `(() => {
  const focused = document.activeElement
  const shows = (element) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element)
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none'
  }
  const row = document.getElementById(focused.getAttribute('aria-activedescendant') ?? '')
  const around = [focused, focused.nextElementSibling, focused.parentElement, row].filter(Boolean)
  const name = focused.getAttribute('aria-label') ?? focused.textContent.trim().slice(0, 40)
  return { name: focused.tagName + ' ' + name, visible: around.some(shows) }
})()`

async function findingsOf(where: string, look: () => Promise<string[]>): Promise<string[]> {
  return (await look()).map((finding) => `${where}: ${finding}`)
}

/** The tooltip of the selected row's time, which has its serial. */
async function serialOf(events: EventsView): Promise<string | null> {
  const cell = events.selected.locator('.cell-time').first()
  await cell.hover()
  return cell.getAttribute('title')
}
