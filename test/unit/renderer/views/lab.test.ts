// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { DEFAULTS } from '@native/audit/lab/settings'
import type { FakePlatform } from '@renderer/platform/fake/fake'
import { useFrame } from '@renderer/stores/frame'
import { useLab } from '@renderer/stores/lab'
import { button, field, openApp, pageText, press, settle, show, type } from '../harness'

/** Lets the experiments end that run. */
async function finish(platform: FakePlatform): Promise<void> {
  for (let tick = 0; tick < 100 && platform.lab.state.running; tick++) platform.lab.tick()
  await settle()
}
const startsOf = (platform: FakePlatform): unknown[] =>
  platform.asked.filter(({ name }) => name === 'lab.start').map(({ args }) => args)

describe('the Lab view', () => {
  it('runs what the form says, shows how it goes, and what it showed', async () => {
    const { platform } = await openApp('lab', { scenario: 'first-run' })
    expect(pageText()).toContain('What would happen under overload?')
    await type('Calls of each', '3,000')
    expect(pageText()).toContain('held up for about 17 s')
    await press('Run')
    expect(startsOf(platform)).toEqual([{ settings: { ...DEFAULTS, calls: 3000 } }])
    platform.lab.tick()
    platform.lab.tick()
    await settle()
    expect(pageText()).toContain('The load runs')
    expect(pageText()).toContain('3,750 of 15,000 records')
    expect(button('Run').disabled).toBe(true)
    await finish(platform)
    expect(pageText()).toContain('The audited calls were held up')
    expect(pageText()).toContain('All 3,000 calls were recorded')
    expect(pageText()).toContain('Made15,000')
  })

  it('compares a run with the one before, and with any other that is chosen', async () => {
    const { platform } = await openApp('lab', { scenario: 'first-run' })
    await press('Run')
    await finish(platform)
    expect(pageText()).not.toContain('Compared with')
    await type('Wait time', '0')
    await press('Run')
    await finish(platform)
    expect(pageText()).toContain('Compared with the run before')
    expect(pageText()).toContain('Nobody is held up any more.')
    const columns = [...document.querySelectorAll('.results thead th')].map(
      (each) => each.textContent,
    )
    expect(columns).toEqual(['Run before', 'This run'])
  })

  it.each([
    ['Backlog limit', '0', 'A number from 1 to 131,072.'],
    ['Backlog limit', '131,073', 'A number from 1 to 131,072.'],
    ['Wait time', '601', 'A number from 0 to 600.'],
    ['Wait time', '-1', 'A number from 0 to 600.'],
    ['Rate limit', 'many', 'A number from 0 to 1,000,000.'],
    ['Pause after each', '1001', 'A number from 0 to 1,000.'],
    ['Processes', '33', 'A number from 1 to 32.'],
    ['Calls of each', '0', 'A number from 1 to 1,000,000.'],
    ['Calls of each', '1.5', 'A number from 1 to 1,000,000.'],
    ['Calls of each', '100000', 'after 2 min an experiment is cut off'],
  ])('does not run %s = %s', async (name, text, problem) => {
    await openApp('lab', { scenario: 'first-run' })
    await type(name, text)
    expect(pageText()).toContain(problem)
    expect(button('Run').disabled).toBe(true)
    await press('Reset')
    expect(pageText()).not.toContain(problem)
    expect(button('Run').disabled).toBe(false)
  })

  it('says before anybody presses Run that a locked kernel lets nothing be tried', async () => {
    await openApp('lab', { scenario: 'locked' })
    expect(pageText()).toContain('Audit is in use on this machine: the configuration is locked.')
    expect(pageText()).toContain('What would happen under overload?')
  })

  it('says why it refuses, and what can be done about it', async () => {
    const { platform } = await openApp('lab', { scenario: 'live' })
    await press('Run')
    await finish(platform)
    expect(pageText()).toContain('auditd (pid 702) is the audit daemon')
    expect(pageText()).toContain('Nothing was changed.')
    platform.kernel.status.pid = 0
    await press('Run')
    await finish(platform)
    expect(pageText()).toContain('Audit is in use on this machine: there are 10 rules.')
    await press('Open Rules')
    expect(useFrame().view).toBe('rules')
  })

  it('offers to let go of the registration when this window is the audit daemon', async () => {
    const { platform } = await openApp('lab', { scenario: 'first-run' })
    await platform.invoke('helper.connect', { mode: 'best-effort' })
    await settle()
    await press('Run')
    await finish(platform)
    await press('Switch to observing')
    expect(platform.connection.mode).toBe('observe')
  })

  it('can be cancelled, and goes on while another view is looked at', async () => {
    const { platform } = await openApp('lab', { scenario: 'first-run' })
    await press('Run')
    platform.lab.tick()
    await show('limits')
    platform.lab.tick()
    await show('lab')
    expect(pageText()).toContain('The load runs')
    await press('Cancel')
    expect(pageText()).toContain(
      'The last run was cancelled; the kernel’s settings are as they were.',
    )
    expect(button('Run').disabled).toBe(false)
  })

  it('answers the five questions', async () => {
    const { platform } = await openApp('lab', { scenario: 'first-run' })
    await press('Answer the five questions')
    expect(startsOf(platform)).toEqual([{ settings: null }])
    platform.lab.tick()
    await settle()
    expect(pageText()).toContain('Experiment 1 of 8')
    await finish(platform)
    expect(document.querySelectorAll('.answers dt')).toHaveLength(5)
    expect(pageText()).toContain('Does the kernel drop records when a rate limit is set?')
  })

  it('has no wait time to choose for the mode that has none', async () => {
    await openApp('lab', { scenario: 'first-run' })
    expect(field('Wait time').disabled).toBe(false)
    useLab().setConsumer('best-effort')
    await settle()
    expect(field('Wait time')).toMatchObject({ value: '0', disabled: true })
    expect(pageText()).toContain('Best effort always has 0.')
  })

  it('says so when it cannot be started', async () => {
    const { platform } = await openApp('lab', { scenario: 'first-run' })
    platform.answer('lab.start', {
      ok: false,
      code: 'busy',
      message: 'The lab is running.',
      hint: 'Wait, or cancel it.',
    })
    await press('Run')
    expect(pageText()).toContain('The lab was not started')
    expect(pageText()).toContain('Wait, or cancel it.')
  })
})
