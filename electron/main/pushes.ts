/** Tells the page what happens. State (connection, theme, settings) waits as its latest value, events as a queue, until the page is ready. */
import type { WebContents } from 'electron'
import { CHANNELS } from '@contract/channels'
import type { IpcPushes, IpcPushName } from '@contract/ipc'

/** Pushes of which every one matters; of all others only the newest does. */
const QUEUED: readonly IpcPushName[] = ['notice', 'problem', 'command', 'openFiles']

/** Bound of the queue: a page that never becomes ready must not collect without limit; the oldest go. */
const MAX_QUEUED = 256

export class Pushes {
  private page: WebContents | null = null
  private readonly latest = new Map<IpcPushName, unknown>()
  private queue: { name: IpcPushName; value: unknown }[] = []

  /** Sends now, or as soon as the page is ready. */
  send<N extends IpcPushName>(name: N, value: IpcPushes[N]): void {
    const queued = QUEUED.includes(name)
    if (!queued) this.latest.set(name, value)
    if (this.page && !this.page.isDestroyed()) {
      this.page.send(CHANNELS.push, { name, value })
      return
    }
    if (!queued) return
    this.queue.push({ name, value })
    if (this.queue.length > MAX_QUEUED) this.queue.shift()
  }

  /** The page listens: it gets the latest state and all that waited. */
  ready(page: WebContents): void {
    this.page = page
    for (const [name, value] of this.latest) page.send(CHANNELS.push, { name, value })
    for (const push of this.queue) page.send(CHANNELS.push, push)
    this.queue = []
  }

  /** The page is gone or reloads. */
  notReady(): void {
    this.page = null
  }
}
