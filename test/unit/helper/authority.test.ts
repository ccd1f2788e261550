import { describe, expect, it, vi } from 'vitest'
import {
  Authority,
  clientOfPolkit,
  isChange,
  LOCK_AFTER_MS,
  pkexecUser,
} from '@native/helper/authority'
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
  'lock',
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

describe('an exemption', () => {
  it('needs the second authorization, taking all of them back does not', () => {
    expect(isChange('exempt', { rules: ['AA=='] })).toBe(true)
    expect(isChange('exempt', { rules: [] })).toBe(false)
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

  const byPolkit = { PKEXEC_UID: '1000' }

  it('is the parent, with its own start time', () => {
    expect(
      clientOfPolkit(
        byPolkit,
        () => 42,
        () => 1234,
      ),
    ).toEqual(subject)
    expect(clientOfPolkit({})).toBe(null)
  })

  it.each<[string, number[], number | null]>([
    ['has ended', [42], null],
    ['ended while its start time was read, and its pid is another’s', [42, 900], 1234],
    ['ended before, and init took the helper in', [1], 1],
    ['is outside of this pid namespace', [0], null],
  ])('is nobody when it %s: the helper does not start', (_, parents, startTicks) => {
    const parent = () => (parents.length > 1 ? parents.shift()! : parents[0]!)
    expect(() => clientOfPolkit(byPolkit, parent, () => startTicks)).toThrow('has ended')
  })
})

describe('the authority', () => {
  it('lets root do everything and asks nobody', async () => {
    const ask = vi.fn()
    const authority = new Authority(null, vi.fn(), ask)
    expect(authority.objection('rules.deleteAll', {})).toBe(null)
    expect(await authority.authorize()).toEqual({ ok: true, value: null })
    expect(ask).not.toHaveBeenCalled()
  })

  it('objects to changes alone, until polkit has said yes about the very process that asked', async () => {
    const ask = vi.fn(async () => 0)
    const authority = new Authority(subject, vi.fn(), ask)
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
    const authority = new Authority(subject, vi.fn(), ask)
    expect(await authority.authorize()).toMatchObject({ ok: false, code: expected })
    expect(authority.objection('set', {})?.code).toBe('control-locked')
    ask.mockResolvedValue(0)
    expect((await authority.authorize()).ok).toBe(true)
  })

  it('opens one prompt, however many ask at once', async () => {
    let answer: (code: number) => void = () => undefined
    const ask = vi.fn(() => new Promise<number>((resolve) => (answer = resolve)))
    const authority = new Authority(subject, vi.fn(), ask)
    const asked = [authority.authorize(), authority.authorize(), authority.authorize()]
    answer(0)
    expect((await Promise.all(asked)).every(({ ok }) => ok)).toBe(true)
    expect(ask).toHaveBeenCalledTimes(1)
  })

  it('is locked again by hand, says so once, and asks again', async () => {
    const ask = vi.fn(async () => 0)
    const onLocked = vi.fn()
    const authority = new Authority(subject, onLocked, ask)
    authority.lock()
    expect(onLocked).not.toHaveBeenCalled()
    await authority.authorize()
    authority.lock()
    authority.lock()
    expect(onLocked).toHaveBeenCalledTimes(1)
    expect(authority.objection('set', {})?.code).toBe('control-locked')
    await authority.authorize()
    expect(ask).toHaveBeenCalledTimes(2)
  })

  it('locks itself some time after the last change; looking and exempting do not keep it open', async () => {
    vi.useFakeTimers()
    try {
      const onLocked = vi.fn()
      const authority = new Authority(subject, onLocked, async () => 0)
      await authority.authorize()
      vi.advanceTimersByTime(LOCK_AFTER_MS - 1)
      expect(authority.objection('set', {})).toBe(null)
      vi.advanceTimersByTime(LOCK_AFTER_MS - 1)
      expect(authority.objection('exempt', { rules: ['AA=='] })).toBe(null)
      expect(authority.objection('rules.list', {})).toBe(null)
      expect(onLocked).not.toHaveBeenCalled()
      vi.advanceTimersByTime(1)
      expect(onLocked).toHaveBeenCalledTimes(1)
      expect(authority.granted).toBe(false)
    } finally {
      vi.useRealTimers()
    }
  })

  it('is never locked for root, whom polkit does not know', () => {
    const onLocked = vi.fn()
    const authority = new Authority(null, onLocked, vi.fn())
    authority.lock()
    expect(authority.granted).toBe(true)
    expect(onLocked).not.toHaveBeenCalled()
  })
})
