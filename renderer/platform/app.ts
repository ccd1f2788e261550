/** The platform of the real app: the preload's two functions, and the store's port that arrives as a message. */
import { CHANNELS } from '@contract/channels'
import type { PreloadApi } from '@contract/ipc'
import type { Platform } from './platform'
import { StorePortClient } from './store-port'

declare global {
  interface Window {
    /** Set by the preload; missing when the page is opened outside of the app. */
    auditscope?: PreloadApi
  }
}

/** Makes the platform, or null outside of the app. Call before `app.ready`, or the port is missed. */
export function appPlatform(): Platform | null {
  const api = window.auditscope
  if (!api) return null
  const store = new StorePortClient()
  window.addEventListener('message', (event) => {
    const [port] = event.ports
    if (event.source === window && event.data === CHANNELS.storePort && port) store.attach(port)
  })
  return { invoke: api.invoke, on: api.on, store }
}
