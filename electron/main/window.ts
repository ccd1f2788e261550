/** The one window: created, sized, remembered. */
import path from 'node:path'
import { BrowserWindow, nativeTheme, screen } from 'electron'
import { PAGE_URL } from './app-protocol'

export const MIN_WIDTH = 1024
export const MIN_HEIGHT = 700

/** What the window's background is before the page paints; the tokens of renderer/styles/tokens.css. */
const BACKGROUND = { dark: '#15181c', light: '#ffffff' }

export interface WindowBounds {
  width: number
  height: number
  x?: number
  y?: number
  maximized?: boolean
}

/** Creates the window; it is shown when the page has painted, so that nobody sees it empty. */
export function createWindow(bounds: WindowBounds | null): BrowserWindow {
  const window = new BrowserWindow({
    ...visibleBounds(bounds),
    minWidth: MIN_WIDTH,
    minHeight: MIN_HEIGHT,
    show: false,
    title: 'Auditscope',
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload: path.join(__dirname, '../preload/index.js'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      v8CacheOptions: 'code',
    },
  })
  window.once('ready-to-show', () => {
    if (bounds?.maximized) window.maximize()
    window.show()
  })
  void window.loadURL(PAGE_URL)
  return window
}

/** Where the window is now, for the next start. */
export function boundsOf(window: BrowserWindow): WindowBounds {
  return { ...window.getNormalBounds(), maximized: window.isMaximized() }
}

/** Remembered bounds, unless the display they were on is gone. */
function visibleBounds(bounds: WindowBounds | null): WindowBounds {
  const fallback = { width: 1440, height: 900 }
  if (!bounds) return fallback
  const { width, height, x, y } = bounds
  if (x === undefined || y === undefined) return { width, height }
  const onScreen = screen
    .getAllDisplays()
    .some(
      ({ workArea: a }) =>
        x < a.x + a.width && x + width > a.x && y < a.y + a.height && y + height > a.y,
    )
  return onScreen ? { width, height, x, y } : { width, height }
}
