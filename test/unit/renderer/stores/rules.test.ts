// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { useHistory } from '@renderer/stores/history'
import { useRuleDraft } from '@renderer/stores/rule-draft'
import { useRuleTrial } from '@renderer/stores/rule-trial'
import { useRules } from '@renderer/stores/rules'
import { useStarter } from '@renderer/stores/starter'
import { useToasts } from '@renderer/stores/toasts'
import type { FakeOptions, FakePlatform } from '@renderer/platform/fake/fake'
import { makeStores, ready, settle } from '../harness'

afterEach(() => vi.useRealTimers())

async function makeDraft(options: Partial<FakeOptions> = {}): Promise<FakePlatform> {
  const platform = await makeStores(options)
  useRules()
  useRuleDraft()
  await ready(platform)
  return platform
}
const errorsOf = ({ problems }: ReturnType<typeof useRuleDraft>): string =>
  problems
    .first(100)
    .filter(({ severity }) => severity === 'error')
    .map(({ message }) => message)
    .join()
const WATCH = '-w /etc/hosts -p wa -k hosts'

describe('the draft', () => {
  it('is the kernel’s rules until it is changed', async () => {
    const platform = await makeDraft()
    const draft = useRuleDraft()
    expect(draft.rows).toHaveLength(platform.kernel.rules.length)
    expect(draft.dirty).toBe(false)
    expect(draft.encoded()).toEqual(platform.kernel.rules)
    platform.kernel.command('rules.deleteAll', {})
    await useRules().refresh()
    await settle()
    expect(draft.text).toBe('')
    expect(draft.dirty).toBe(false)
  })

  it('stays when the kernel’s rules change behind it, and says so', async () => {
    const platform = await makeDraft()
    const draft = useRuleDraft()
    draft.edit(`${draft.text}${WATCH}\n`, 'Rule added')
    await settle()
    platform.kernel.rules.shift()
    await useRules().refresh()
    await settle()
    expect(draft.text).toContain(WATCH)
    expect(draft.outdated).toBe(true)
    draft.rebase()
    expect(draft.outdated).toBe(false)
    expect(draft.diff.added).toBe(2)
  })

  it('counts what Apply would add, remove and move', async () => {
    await makeDraft()
    const draft = useRuleDraft()
    const lines = draft.text.trimEnd().split('\n')
    const swapped = [lines[0], lines[2], lines[1], ...lines.slice(4), WATCH]
    draft.edit(swapped.join('\n'), 'Edited')
    await settle()
    expect(draft.diff).toMatchObject({ added: 1, removed: 1, moved: 1 })
  })

  it('can be undone and redone', async () => {
    await makeDraft()
    const draft = useRuleDraft()
    const before = draft.text
    draft.edit('', 'All deleted')
    useHistory().undo()
    expect(draft.text).toBe(before)
    useHistory().redo()
    expect(draft.text).toBe('')
  })

  it('looks names up and judges the text again', async () => {
    await makeDraft({ scenario: 'first-run' })
    const draft = useRuleDraft()
    draft.edit('-a always,exit -F arch=b64 -S unlink -F uid=alice -F uid=nobody-here', 'Typed')
    await vi.waitFor(() => {
      expect(errorsOf(draft)).not.toContain('alice')
      expect(errorsOf(draft)).toContain('nobody-here')
    })
  })

  it('takes settings of the text apart from its rules', async () => {
    await makeDraft({ scenario: 'first-run' })
    const draft = useRuleDraft()
    draft.edit(`-D\n-b 8192\n-f 1\n${WATCH}\n`, 'Imported')
    await settle()
    expect(draft.settings).toEqual({ backlogLimit: 8192, failure: 1 })
    expect(draft.diff.added).toBe(1)
  })

  it('never takes away a rule that it does not understand', async () => {
    const platform = await makeDraft({ scenario: 'first-run' })
    const strange = btoa('no audit rule')
    platform.kernel.rules.push(strange)
    await useRules().refresh()
    await settle()
    const draft = useRuleDraft()
    draft.edit(WATCH, 'Replaced')
    await settle()
    expect(draft.opaque).toHaveLength(1)
    expect(draft.encoded()).toContain(strange)
    expect(draft.encoded()).toHaveLength(2)
  })
})

describe('applying', () => {
  async function applyWatch(seconds: number): Promise<FakePlatform> {
    const platform = await makeDraft({ scenario: 'first-run' })
    const draft = useRuleDraft()
    draft.edit(`${WATCH}\n`, 'Rule added')
    await settle()
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
    expect((await useRuleTrial().apply(draft.encoded(), false, seconds)).ok).toBe(true)
    return platform
  }

  it('takes the rules back when nobody keeps them', async () => {
    const platform = await applyWatch(15)
    const trial = useRuleTrial()
    expect(platform.kernel.rules).toHaveLength(1)
    vi.advanceTimersByTime(14_000)
    expect(trial.secondsLeft).toBe(1)
    expect(platform.kernel.rules).toHaveLength(1)
    vi.advanceTimersByTime(1500)
    await settle()
    expect(platform.kernel.rules).toHaveLength(0)
    expect(trial.active).toBe(false)
    expect(useToasts().list.at(-1)?.title).toContain('loaded again')
  })

  it('keeps them when asked to, and can undo even then', async () => {
    const platform = await applyWatch(15)
    const trial = useRuleTrial()
    trial.confirm()
    vi.advanceTimersByTime(60_000)
    await settle()
    expect(platform.kernel.rules).toHaveLength(1)
    useHistory().undo()
    await settle()
    expect(platform.kernel.rules).toHaveLength(0)
  })

  it('takes them back at once on request', async () => {
    const platform = await applyWatch(30)
    await useRuleTrial().revert()
    expect(platform.kernel.rules).toHaveLength(0)
  })

  it('begins no countdown when the kernel refuses', async () => {
    const platform = await makeDraft({ scenario: 'locked' })
    const before = [...platform.kernel.rules]
    const result = await useRuleTrial().apply([], false, 15)
    expect(result).toMatchObject({ ok: false, code: 'locked' })
    expect(useRuleTrial().active).toBe(false)
    expect(platform.kernel.rules).toEqual(before)
  })

  it('ends the countdown when the helper ends: it has put the rules back itself', async () => {
    const platform = await applyWatch(15)
    platform.setConnection({ state: 'lost', mode: null })
    await settle()
    expect(useRuleTrial().active).toBe(false)
  })
})

describe('the starter rules', () => {
  it('turn auditing on last, and are removed together with it', async () => {
    const platform = await makeDraft({ scenario: 'first-run' })
    const starter = useStarter()
    expect((await starter.apply(false)).ok).toBe(true)
    expect(platform.kernel.status.enabled).toBe(1)
    expect(starter.loaded).toHaveLength(starter.lines.length)
    const commands = platform.asked
      .filter(({ name }) => name === 'helper.command')
      .map(({ args }) => (args as { name: string }).name)
      .filter((name) => name === 'set' || name === 'rules.add')
    expect(commands.at(-1)).toBe('set')
    expect((await starter.remove()).ok).toBe(true)
    expect(platform.kernel.status.enabled).toBe(0)
    expect(platform.kernel.rules).toEqual([])
  })

  it('leave auditing on when there are other rules', async () => {
    const platform = await makeDraft()
    const before = [...platform.kernel.rules]
    const starter = useStarter()
    await starter.apply(false)
    await starter.remove()
    expect(platform.kernel.rules).toEqual(before)
    expect(platform.kernel.status.enabled).toBe(1)
  })
})
