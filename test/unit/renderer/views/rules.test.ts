// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { useHistory } from '@renderer/stores/history'
import { button, openApp, pageText, press, settle, type } from '../harness'

const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('.rules tbody tr')]
const add = async (text: string): Promise<void> => {
  await type('Add a rule as text', text)
  await press('Add')
}

describe('the Rules view', () => {
  it('lists the kernel’s rules as auditctl prints them, in its order', async () => {
    await openApp('rules')
    expect(rows()).toHaveLength(10)
    expect(rows()[0]!.textContent).toContain(
      '-a never,exit -S all -F exe=/opt/auditscope/auditscope-helper',
    )
    expect(rows()[1]!.textContent).toContain('-w /etc/passwd -p wa -k identity')
  })

  it('adds a rule from text: said in words first, then shown as a difference, then applied', async () => {
    const { platform } = await openApp('rules', { scenario: 'first-run' })
    await type('Add a rule as text', '-a always,exit -F arch=b64 -S unlink -F auid>=1000 -k gone')
    expect(pageText()).toMatch(/Records unlink \(64-bit\)/)
    await press('Add')
    expect(platform.kernel.rules).toHaveLength(0)
    await press('Apply 1 change…')
    expect(pageText()).toContain('1 rule added.')
    await press('Apply')
    expect(platform.kernel.rules).toHaveLength(1)
    expect(pageText()).toContain('Keep these rules?')
    await press('Keep')
    expect(pageText()).not.toContain('Keep these rules?')
    useHistory().undo()
    await settle()
    expect(platform.kernel.rules).toHaveLength(0)
  })

  it('says before anything is typed that a locked kernel takes no rules, also when it has none', async () => {
    const { platform } = await openApp('rules', { scenario: 'locked' })
    expect(pageText()).toContain('The configuration is locked (enabled=2).')
    expect(button('Build with a form…').disabled).toBe(true)
    platform.kernel.rules.splice(0)
    const { useRules } = await import('@renderer/stores/rules')
    await useRules().changed()
    await settle()
    expect(pageText()).toContain('Rules cannot be added now.')
    expect(button('Build a rule').disabled).toBe(true)
  })

  it('says where a text is wrong and does not add it', async () => {
    await openApp('rules', { scenario: 'first-run' })
    await type('Add a rule as text', '-a always,exit -F auuid=1000')
    expect(pageText()).toMatch(/Column 19.*auuid/)
    expect(button('Add').disabled).toBe(true)
  })

  it('disables, deletes and undoes, without touching the kernel', async () => {
    const { platform } = await openApp('rules')
    const before = [...platform.kernel.rules]
    rows()[1]!.querySelector<HTMLInputElement>('input[type="checkbox"]')!.click()
    await settle()
    rows()[2]!.focus()
    rows()[2]!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Delete', bubbles: true }))
    await settle()
    expect(rows()).toHaveLength(9)
    expect(button(/^Apply/).textContent).toContain('Apply 2 changes…')
    expect(platform.kernel.rules).toEqual(before)
    useHistory().undo()
    useHistory().undo()
    await settle()
    expect(button('No changes').disabled).toBe(true)
  })

  it('moves a rule with the keyboard', async () => {
    await openApp('rules')
    const second = rows()[1]!.querySelector('code')!.textContent
    rows()[1]!.focus()
    rows()[1]!.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'ArrowDown', altKey: true, bubbles: true }),
    )
    await settle()
    expect(rows()[2]!.querySelector('code')!.textContent).toBe(second)
    expect(button(/^Apply/).textContent).toContain('1 change')
  })

  it('searches', async () => {
    await openApp('rules')
    await type('Search the rules', 'execve b32')
    expect(rows()).toHaveLength(1)
    await type('Search the rules', 'nothing like that')
    expect(pageText()).toContain('No rule contains that')
    await press('Show all rules')
    expect(rows()).toHaveLength(10)
  })

  it('offers advice on the chosen rule with one click', async () => {
    await openApp('rules')
    rows()[5]!.focus()
    await settle()
    expect(pageText()).toContain('there is no such rule for b32')
    await press('Add the b32 twin')
    expect(rows()).toHaveLength(11)
  })

  it('puts everything back when the kernel refuses, and says so in the dialog', async () => {
    const { platform } = await openApp('rules', { scenario: 'first-run' })
    await add('-w /etc/hosts -p wa -k hosts')
    await press('Apply 1 change…')
    platform.answer('helper.command', {
      ok: false,
      code: 'EINVAL',
      message: 'The kernel refused rule 1.',
      hint: 'Nothing was changed.',
    })
    await press('Apply')
    expect(pageText()).toContain('The kernel’s rules are as before')
    expect(pageText()).toContain('The kernel refused rule 1.')
  })

  it('deletes all only after a confirmation, and can undo', async () => {
    const { platform } = await openApp('rules')
    const before = [...platform.kernel.rules]
    button('More about the rules').dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }),
    )
    await settle()
    const item = [...document.querySelectorAll<HTMLElement>('[role="menuitem"]')].find(
      ({ textContent }) => textContent?.includes('Delete all…'),
    )!
    item.click()
    await settle()
    expect(pageText()).toContain('10 rules are removed from the kernel at once')
    expect(platform.kernel.rules).toHaveLength(10)
    await press('Delete all')
    expect(platform.kernel.rules).toEqual([])
    useHistory().undo()
    await settle()
    expect(platform.kernel.rules).toEqual(before)
  })

  it('saves to disk only after a confirmation, and shows drift', async () => {
    const { platform } = await openApp('rules')
    document
      .querySelector<HTMLElement>('[role="tab"]:nth-child(3)')!
      .dispatchEvent(new MouseEvent('mousedown', { bubbles: true, button: 0 }))
    await settle()
    expect(pageText()).toContain('not there')
    await press('Save the kernel’s rules…')
    await press('Save')
    expect(pageText()).toContain('as in the kernel')
    platform.kernel.rules.pop()
    const { useRules } = await import('@renderer/stores/rules')
    await useRules().changed()
    await settle()
    expect(pageText()).toContain('differs from the kernel')
    expect(pageText()).toContain('What saving changes: 1 rule removed')
  })
})

describe('the form', () => {
  it('builds a rule, says what it records, and adds it to the draft', async () => {
    const { platform } = await openApp('rules', { scenario: 'first-run' })
    await press('Build with a form…')
    await type('System calls', 'unlink,unlinkat')
    await type('Key', 'gone')
    expect(pageText()).toContain(
      '-a always,exit -F arch=b64 -S unlink,unlinkat -F auid>=1000 -F auid!=unset -k gone',
    )
    expect(pageText()).toMatch(/Records unlink and unlinkat \(64-bit\) by people who logged in/)
    await press('Add to the rules')
    expect(rows()).toHaveLength(1)
    expect(platform.kernel.rules).toHaveLength(0)
  })

  it('shows what is wrong and does not add it', async () => {
    await openApp('rules', { scenario: 'first-run' })
    await press('Build with a form…')
    await type('System calls', 'unlnk')
    expect(pageText()).toContain('`unlnk` is not known')
    expect(button('Add to the rules').disabled).toBe(true)
  })

  it('changes a rule in its place', async () => {
    await openApp('rules')
    rows()[3]!.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }))
    await settle()
    await type('Key', 'programs')
    await press('Change')
    expect(rows()[3]!.textContent).toContain('programs')
    expect(rows()).toHaveLength(10)
  })
})
