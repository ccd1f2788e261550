// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { DEFAULT_BUDGET } from '@native/audit/governor/budget'
import { useLimits } from '@renderer/stores/limits'
import type { FakeOptions } from '@renderer/platform/fake/fake'
import { button, openApp, pageText, press, settle, type } from '../harness'

async function openBudget(options: Partial<FakeOptions> = {}) {
  const opened = await openApp('limits', options)
  useLimits().tab = 'budget'
  await settle()
  return opened
}
const budgetsOf = (asked: readonly { name: string; args: unknown }[]): unknown[] =>
  asked.flatMap(({ name, args }) => {
    const command = args as { name?: string; args?: { budget: unknown } }
    return name === 'helper.command' && command.name === 'governor' ? [command.args?.budget] : []
  })

describe('the budget', () => {
  it('is put in force with one press, kept for the next connection, and taken away', async () => {
    const { platform } = await openBudget()
    expect(pageText()).toContain('No budget is in force')
    await type('CPU, at most', '8')
    await type('Records kept waiting, at most', '32')
    await type('A task may wait, at most', '40')
    await press('Put in force')
    const wanted = { cpuPercent: 8, memoryBytes: 32 * 2 ** 20, waitMs: 40 }
    expect(budgetsOf(platform.asked)).toEqual([wanted])
    expect(platform.settings.budget).toEqual(wanted)
    expect(pageText()).toContain('Everything fits: every record is taken, for 0.4 % of a CPU.')
    expect(button('Change').disabled).toBe(true)
    await press('Take away')
    expect(budgetsOf(platform.asked)).toEqual([wanted, null])
    expect(platform.settings.budget).toBeNull()
    expect(pageText()).toContain('No budget is in force')
  })

  it.each([
    ['CPU, at most', '0', 'A number from 1 to 100.'],
    ['CPU, at most', '101', 'A number from 1 to 100.'],
    ['CPU, at most', 'little', 'A number from 1 to 100.'],
    ['Records kept waiting, at most', '0', 'A number from 1 MiB to 1 GiB.'],
    ['Records kept waiting, at most', '1025', 'A number from 1 MiB to 1 GiB.'],
    ['A task may wait, at most', '600001', 'A number from 0 to 600,000.'],
    ['A task may wait, at most', '-1', 'A number from 0 to 600,000.'],
  ])('refuses %s = %s', async (name, text, problem) => {
    const { platform } = await openBudget()
    await type(name, text)
    expect(pageText()).toContain(problem)
    expect(button('Put in force').disabled).toBe(true)
    expect(budgetsOf(platform.asked)).toEqual([])
  })

  it('says what it does under load, which step that is, and logs it', async () => {
    const { platform } = await openBudget({ scenario: 'overload', settings: {} })
    await press('Use the default')
    expect(budgetsOf(platform.asked)).toEqual([DEFAULT_BUDGET])
    expect(pageText()).toContain('Auditscope takes 5,240 records/s at most')
    expect(pageText()).toContain('at most 5,240 records/s')
    expect(document.querySelectorAll('.loop li.active')).toHaveLength(1)
    const message = 'The helper used 9.1 % of a CPU and may use 5.0 %: it takes 5,240 records/s.'
    platform.emit('notice', { type: 'governor', action: 'shed', at: Date.now(), message })
    await settle()
    expect(document.querySelector('.log')?.textContent).toContain(message)
  })

  it('names whose the kernel is, and what that means', async () => {
    await openBudget()
    expect(pageText()).toContain('The kernel is auditd’s (pid 702)')
  })

  it('gives way to the mode that loses nothing, and says so', async () => {
    const { platform } = await openBudget({ scenario: 'first-run' })
    await press('Use the default')
    await platform.invoke('helper.connect', { mode: 'never-lose' })
    platform.tick()
    await settle()
    expect(pageText()).toContain('The mode never lose wins over the budget')
  })

  it('stays as it was when the helper refuses', async () => {
    const { platform } = await openBudget()
    platform.answer('helper.command', {
      ok: false,
      code: 'exited',
      message: 'The helper is not running.',
      hint: 'Connect to it first.',
    })
    await press('Put in force')
    expect(pageText()).toContain('The budget was not changed')
    expect(platform.settings.budget).toBeNull()
  })
})
