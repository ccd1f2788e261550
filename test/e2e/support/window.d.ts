/** The bridge of the page, for code that Playwright evaluates there. */
import type { PreloadApi } from '@contract/ipc'

declare global {
  const window: { auditscope?: PreloadApi }
}
