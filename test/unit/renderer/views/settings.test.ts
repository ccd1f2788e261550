// @vitest-environment happy-dom
import { expect, it } from 'vitest'
import { openApp, pageText } from '../harness'

it('names the command that serves metrics, and copies it', async () => {
  const { platform } = await openApp('settings')
  const command = 'auditscope exporter --listen 127.0.0.1:9476'
  expect(pageText()).toContain(command)
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('main .command button')]
  buttons[0]!.click()
  expect(platform.asked).toContainEqual({ name: 'clipboard.write', args: { text: command } })
})
