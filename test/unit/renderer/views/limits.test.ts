// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { button, field, openApp, pageText, press, settle, type } from '../harness'

describe('the Limits view', () => {
  it('proposes, explains, applies and undoes a value', async () => {
    const { platform } = await openApp('limits', { scenario: 'first-run' })
    await type('Proposed value of Backlog limit, records', '8,192')
    expect(pageText()).toContain('Backlog limit: 64 records → 8,192 records')
    expect(pageText()).toContain('auditctl -b 8192')
    await press('Apply')
    expect(platform.kernel.status.backlogLimit).toBe(8192)
    await press('Undo')
    expect(platform.kernel.status.backlogLimit).toBe(64)
  })

  it('takes the wait time in seconds and sends jiffies', async () => {
    const { platform } = await openApp('limits')
    await type('Proposed value of Wait time, seconds', '0.1')
    expect(pageText()).toContain('100 ms (25 jiffies)')
    await press('Apply')
    expect(platform.kernel.status.backlogWaitTime).toBe(25)
  })

  it.each([
    ['Proposed value of Backlog limit, records', 'many', 'Type a whole number.'],
    [
      'Proposed value of Backlog limit, records',
      '5000000000',
      'whole number from 0 to 4,294,967,295',
    ],
    ['Proposed value of Wait time, seconds', '601', 'from 0 to 150,000'],
  ])('refuses %s = %s before the kernel is asked', async (name, text, problem) => {
    const { platform } = await openApp('limits')
    await type(name, text)
    expect(pageText()).toContain(problem)
    const apply = [...document.querySelectorAll('button')].find(
      ({ textContent }) => textContent?.trim() === 'Apply',
    )
    expect(apply?.disabled ?? true).toBe(true)
    expect(platform.asked.some(({ args }) => JSON.stringify(args).includes('"set"'))).toBe(false)
  })

  it('does not let the machine panic or lock before both words are typed', async () => {
    const { platform } = await openApp('limits', { scenario: 'first-run' })
    await press(/^Compliance/)
    expect(pageText()).toContain('The machine will panic when a record is lost')
    await press('Apply')
    expect(button('Panic on loss').disabled).toBe(true)
    expect(document.activeElement?.textContent?.trim()).toBe('Cancel')
    await type('Type “panic” to go on', 'yes')
    expect(button('Panic on loss').disabled).toBe(true)
    await type('Type “panic” to go on', 'panic')
    await press('Panic on loss')
    expect(platform.kernel.status.failure).toBe(1)
    expect(button('Lock').disabled).toBe(true)
    await type('Type “lock” to go on', 'lock')
    await press('Lock')
    expect(platform.kernel.status).toMatchObject({ failure: 2, enabled: 2 })
    expect(platform.connection.mode).toBe('never-lose')
  })

  it('changes nothing when the confirmation is cancelled', async () => {
    const { platform } = await openApp('limits', { scenario: 'first-run' })
    await press(/^Compliance/)
    await press('Apply')
    await press('Cancel')
    expect(platform.kernel.status).toMatchObject({ failure: 1, enabled: 0 })
    expect(platform.connection.mode).toBe('observe')
    expect(pageText()).toContain('What changes')
  })

  it('keeps the proposal while another view is looked at', async () => {
    await openApp('limits')
    await type('Proposed value of Rate limit, records/s', '500')
    await press('Overview')
    await press('Limits')
    expect(field('Proposed value of Rate limit, records/s').value).toBe('500')
    expect(pageText()).toContain('A rate limit drops single records')
  })

  it('says what the kernel refuses, and keeps the proposal', async () => {
    const { platform } = await openApp('limits')
    await type('Proposed value of Rate limit, records/s', '500')
    platform.answer('helper.command', {
      ok: false,
      code: 'EPERM',
      message: 'The kernel refused: operation not permitted.',
      hint: 'Connect with more rights.',
    })
    await press('Apply')
    expect(pageText()).toContain('The kernel refused: operation not permitted.')
    expect(pageText()).toContain('Rate limit: no limit → 500 records/s')
  })

  it('resets the counters', async () => {
    const { platform } = await openApp('limits', { scenario: 'overload' })
    platform.tick()
    await settle()
    expect(platform.kernel.status.lost).toBeGreaterThan(0)
    await press('Set to 0')
    expect(platform.kernel.status.lost).toBe(0)
  })

  it('imports a settings file as a proposal', async () => {
    const { platform } = await openApp('limits', { scenario: 'first-run' })
    platform.answer('rules.readFile', { ok: true, value: { text: '-b 4096\n-e1\n' } })
    await press('Import…')
    expect(pageText()).toContain('Backlog limit: 64 records → 4,096 records')
    expect(platform.kernel.status.backlogLimit).toBe(64)
  })
})
