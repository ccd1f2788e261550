/** Mounts the whole window, or one component, on a platform made up; tests drive the platform. */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, expect, vi } from 'vitest'
import { nextTick, type Component } from 'vue'
import { TooltipProvider } from 'reka-ui'
import { h } from 'vue'
import App from '@renderer/App.vue'
import { followTheme } from '@renderer/composables/theme'
import { setPlatform } from '@renderer/platform/current'
import { FakePlatform, type FakeOptions } from '@renderer/platform/fake/fake'
import { useFrame } from '@renderer/stores/frame'
import { useSettings } from '@renderer/stores/settings'
import type { ViewName } from '@contract/ipc'

// There is no canvas in happy-dom; what is drawn is looked at in the real app.
vi.mock('@renderer/components/charts/echarts', () => ({
  init: () => ({
    setOption: () => undefined,
    resize: () => undefined,
    dispose: () => undefined,
    getZr: () => ({ setSleepAfterStill: () => undefined }),
  }),
}))

const mounted: VueWrapper[] = []
afterEach(() => {
  for (const wrapper of mounted.splice(0)) wrapper.unmount()
  document.body.innerHTML = ''
})

/** A platform and the stores on it, without a component. */
export async function makeStores(options: Partial<FakeOptions> = {}): Promise<FakePlatform> {
  setActivePinia(createPinia())
  const platform = new FakePlatform({ events: 200, ...options })
  setPlatform(platform)
  followTheme()
  expect((await useSettings().load()).ok).toBe(true)
  return platform
}

/** Tells the window what main tells it when it is ready. */
export async function ready(platform: FakePlatform): Promise<void> {
  await platform.invoke('app.ready', {})
  await settle()
}

/** Lets promises, watchers and lazily loaded views come to rest. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 6; round++) {
    await flushPromises()
    await nextTick()
  }
}

/** The whole window, with a view open and loaded. */
export async function openApp(
  view: ViewName,
  options: Partial<FakeOptions> = {},
): Promise<{ platform: FakePlatform; app: VueWrapper }> {
  const platform = await makeStores(options)
  useFrame().view = view
  const app = mount(App, { attachTo: document.body })
  mounted.push(app)
  await ready(platform)
  await show(view)
  return { platform, app }
}

/** Opens a view and waits until its code is loaded. */
export async function show(view: ViewName): Promise<void> {
  useFrame().go(view)
  await settle()
  await vi.waitFor(
    () => {
      const loading = document.querySelector('[aria-label="The view is being loaded"]')
      const content = document.querySelector('main .view, main > section, main > [role]')
      const blank = !content?.childElementCount
      if (loading || blank) throw new Error(`${view} is not there yet`)
    },
    { timeout: 10_000 },
  )
  await settle()
}

/** One component inside of what every component needs around it. */
export function mountIn(component: Component, props: Record<string, unknown> = {}): VueWrapper {
  const wrapper = mount(
    { render: () => h(TooltipProvider, null, { default: () => h(component, props) }) },
    { attachTo: document.body },
  )
  mounted.push(wrapper)
  return wrapper
}

/** The visible text of the page, spaces joined. */
export function pageText(): string {
  return (document.body.textContent ?? '').replace(/\s+/g, ' ').trim()
}

/** The first button whose text or accessible name is this. */
export function button(name: string | RegExp): HTMLButtonElement {
  const matches = (text: string): boolean =>
    typeof name === 'string' ? text === name : name.test(text)
  const found = [...document.querySelectorAll<HTMLButtonElement>('button')].find((element) =>
    matches(
      (element.getAttribute('aria-label') ?? element.textContent ?? '').replace(/\s+/g, ' ').trim(),
    ),
  )
  if (!found) throw new Error(`There is no button ${String(name)} in: ${pageText().slice(0, 600)}`)
  return found
}

/** Presses a button as a user does. */
export async function press(name: string | RegExp): Promise<void> {
  const element = button(name)
  expect(element.disabled, `${String(name)} is disabled`).toBe(false)
  element.click()
  await settle()
}

/** Types into a field, found by its accessible name. */
export async function type(name: string, text: string): Promise<void> {
  const input = field(name)
  input.focus()
  input.value = text
  input.dispatchEvent(new Event('input', { bubbles: true }))
  await settle()
}

/** The input with this accessible name: aria-label or label. */
export function field(name: string): HTMLInputElement {
  const labelled = [...document.querySelectorAll('label')].find(
    (label) => label.textContent?.trim() === name,
  )
  const found =
    document.querySelector<HTMLInputElement>(`input[aria-label="${CSS.escape(name)}"]`) ??
    [...document.querySelectorAll('input')].find(
      (input) => input.getAttribute('aria-label') === name,
    ) ??
    (labelled ? (document.getElementById(labelled.htmlFor) as HTMLInputElement | null) : null)
  if (!found) throw new Error(`There is no field ${name}.`)
  return found
}
