// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { useFrame } from '@renderer/stores/frame'
import { useLimits } from '@renderer/stores/limits'
import { useRuleDraft } from '@renderer/stores/rule-draft'
import type { FakeOptions } from '@renderer/platform/fake/fake'
import { openApp, pageText, press, settle } from '../harness'

async function openLoad(options: Partial<FakeOptions> = {}) {
  const opened = await openApp('limits', options)
  useLimits().tab = 'load'
  await settle()
  return opened
}

describe('load and advice', () => {
  it('says who makes the load, and what each change would leave out', async () => {
    await openLoad()
    expect(pageText()).toContain('Who makes the load')
    expect(pageText()).toMatch(/Tried on the newest \d+ events held/)
    expect(pageText()).toMatch(/−\d+(\.\d)? % ?of the records/)
    expect(document.querySelectorAll('.advice li').length).toBeGreaterThan(0)
  })

  it('puts an advice into the rules’ draft at a press, applies nothing, and can be undone', async () => {
    const { platform } = await openLoad()
    const before = useRuleDraft().text
    const rule = document.querySelector('.advice code')!.textContent!
    await press('Open in the rules')
    expect(useFrame().view).toBe('rules')
    expect(useRuleDraft().text).toContain(rule)
    expect(useRuleDraft().dirty).toBe(true)
    const sent = platform.asked.filter(({ args }) => JSON.stringify(args).includes('rules.replace'))
    expect(sent).toEqual([])
    useRuleDraft().load()
    expect(useRuleDraft().text).toBe(before)
  })

  it('says that there is nothing to try changes on', async () => {
    await openLoad({ scenario: 'first-run' })
    expect(pageText()).toContain('No events are held yet to try changes on.')
  })
})
