/** Starts the window: platform, settings, theme, then the app; tells main when it listens. */
import { createApp } from 'vue'
import { createPinia } from 'pinia'
import './styles/base.css'
import App from './App.vue'
import StartFailed from './components/frame/StartFailed.vue'
import { followTheme } from './composables/theme'
import { setPlatform } from './platform/current'
import type { Platform } from './platform/platform'
import { useFrame } from './stores/frame'
import { useSettings } from './stores/settings'
import { fail } from '@native/audit/result'

/** Mounts the app on a platform. The demo (renderer/demo) starts here as well. */
export async function start(platform: Platform | null): Promise<void> {
  if (!platform) {
    const failure = fail(
      'usage',
      'This page belongs to the Auditscope app.',
      'Start the app itself.',
    )
    createApp(StartFailed, { failure }).mount('#app')
    return
  }
  setPlatform(platform)
  followTheme()
  const app = createApp(App)
  app.use(createPinia())
  const settings = useSettings()
  const loaded = await settings.load()
  if (!loaded.ok) {
    createApp(StartFailed, { failure: loaded }).mount('#app')
    return
  }
  if (settings.info?.view) useFrame().view = settings.info.view
  app.mount('#app')
  await platform.invoke('app.ready', {})
}
