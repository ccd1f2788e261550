import { describe, expect, it, vi } from 'vitest'
import { Authority, isChange, pkexecUser } from '@native/helper/authority'
import { COMMANDS, type CommandName } from '@native/helper/protocol'

const subject = { pid: 42, startTicks: 1234, uid: 1000 }
const LOOKING: readonly CommandName[] = [
  'status',
  'features',
  'rules.list',
  'preview',
  'unsubscribe',
  'governor',
  'facts',
  'processes',
  'session.changes',
  'authorize',
  'stop',
]

describe('what needs the second authorization', () => {
  it.each(Object.keys(COMMANDS) as CommandName[])('%s', (name) => {
    const changes = isChange(name, { mode: 'best-effort' })
    expect(changes).toBe(!LOOKING.includes(name))
  })

  it('listening beside the daemon does not, becoming the daemon does', () => {
    expect(isChange('subscribe', { mode: 'observe' })).toBe(false)
    expect(isChange('subscribe', { mode: 'best-effort' })).toBe(true)
    expect(isChange('subscribe', { mode: 'never-lose' })).toBe(true)
  })
})

describe('who asked for the helper', () => {
  it.each([
    [{}, null],
    [{ PKEXEC_UID: '1000' }, 1000],
    [{ PKEXEC_UID: '0' }, 0],
    [{ PKEXEC_UID: '' }, Number.NaN],
    [{ PKEXEC_UID: '0x0' }, Number.NaN],
    [{ PKEXEC_UID: '-1' }, Number.NaN],
  ])('%j', (environment, uid) => {
    expect(pkexecUser(environment)).toBe(uid)
  })
})

describe('the authority', () => {
  it('lets root do everything and asks nobody', async () => {
    const ask = vi.fn()
    const authority = new Authority(null, ask)
    expect(authority.objection('rules.deleteAll', {})).toBe(null)
    expect(await authority.authorize()).toEqual({ ok: true, value: null })
    expect(ask).not.toHaveBeenCalled()
  })

  it('objects to changes alone, until polkit has said yes about the very process that asked', async () => {
    const ask = vi.fn(async () => 0)
    const authority = new Authority(subject, ask)
    expect(authority.granted).toBe(false)
    expect(authority.objection('status', {})).toBe(null)
    expect(authority.objection('rules.add', {})?.code).toBe('control-locked')
    expect((await authority.authorize()).ok).toBe(true)
    expect(ask).toHaveBeenCalledWith(subject)
    expect(authority.objection('rules.add', {})).toBe(null)
    await authority.authorize()
    expect(ask).toHaveBeenCalledTimes(1)
  })

  it.each([
    [1, 'not-authorized'],
    [2, 'no-agent'],
    [3, 'dismissed'],
    [127, 'not-authorized'],
    [null, 'not-authorized'],
  ])('stays closed when pkcheck ends with %s, and can be asked again', async (code, expected) => {
    const ask = vi.fn<() => Promise<number | null>>(async () => code)
    const authority = new Authority(subject, ask)
    expect(await authority.authorize()).toMatchObject({ ok: false, code: expected })
    expect(authority.objection('set', {})?.code).toBe('control-locked')
    ask.mockResolvedValue(0)
    expect((await authority.authorize()).ok).toBe(true)
  })

  it('opens one prompt, however many ask at once', async () => {
    let answer: (code: number) => void = () => undefined
    const ask = vi.fn(() => new Promise<number>((resolve) => (answer = resolve)))
    const authority = new Authority(subject, ask)
    const asked = [authority.authorize(), authority.authorize(), authority.authorize()]
    answer(0)
    expect((await Promise.all(asked)).every(({ ok }) => ok)).toBe(true)
    expect(ask).toHaveBeenCalledTimes(1)
  })
})
