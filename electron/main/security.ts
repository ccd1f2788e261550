/** Denies what the window never needs: navigation, new windows, permissions, web views. */
import { app, session, type WebContents, type WebFrameMain } from 'electron'
import { PAGE_ORIGIN, PAGE_URL } from './app-protocol'

/** Applies to every web contents that will ever exist in this app. */
export function denyByDefault(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event, url) => {
      if (url !== PAGE_URL) event.preventDefault()
    })
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
}

/** Denies every permission request and check of the default session. Call when the app is ready. */
export function denyPermissions(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) =>
    answer(false),
  )
  session.defaultSession.setPermissionCheckHandler(() => false)
}

/**
 * Whether an IPC message comes from the window's own top frame with the page loaded from our scheme: a sub-frame, a
 * page that was navigated to, or another web contents is not served.
 */
export function isTrustedSender(frame: WebFrameMain | null, expected: WebContents | null): boolean {
  if (!frame || !expected || expected.isDestroyed()) return false
  if (frame !== expected.mainFrame) return false
  try {
    const url = new URL(frame.url)
    return `${url.protocol}//${url.host}` === PAGE_ORIGIN
  } catch {
    return false
  }
}
