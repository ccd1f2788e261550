/**
 * The window in a plain browser, on machine-made data: `?scenario=overload&theme=dark&view=limits`. For looking at one's
 * work without Electron; never part of the app.
 */
import type { Settings, ViewName } from '@contract/ipc'
import { FakePlatform } from '../platform/fake/fake'
import { SCENARIOS } from '../platform/fake/scenario'
import { start } from '../start'

const parameters = new URLSearchParams(location.search)
const pick = <T extends string>(name: string, among: readonly T[], otherwise: T): T =>
  among.find((value) => value === parameters.get(name)) ?? otherwise

const platform = new FakePlatform({
  scenario: pick('scenario', SCENARIOS, 'live'),
  settings: {
    theme: pick<Settings['theme']>('theme', ['dark', 'light', 'system'], 'system'),
    density: pick<Settings['density']>('density', ['compact', 'normal', 'comfortable'], 'normal'),
  },
  info: { view: parameters.get('view') as ViewName | null },
})
await start(platform)
platform.run()
