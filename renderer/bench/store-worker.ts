/** The bench's store in a thread of its own, behind a MessagePort like the real one. */
import type { StoreRequestMessage } from '@contract/store'
import { VirtualStore, type Load } from './virtual-store'

/** What the page sends besides the port. */
export type WorkerMessage = { load: Load } | { recordsPerSecond: number } | { asked: true }

let store: VirtualStore | null = null

self.onmessage = (event: MessageEvent<WorkerMessage>): void => {
  const { data, ports } = event
  const [port] = ports
  if ('load' in data && port) {
    const made = new VirtualStore(data.load, (message) => port.postMessage(message))
    port.onmessage = ({ data: request }: MessageEvent<StoreRequestMessage>) => made.receive(request)
    store = made
  } else if ('recordsPerSecond' in data && store) {
    store.recordsPerSecond = data.recordsPerSecond
  } else if ('asked' in data) {
    self.postMessage(store?.asked ?? {})
  }
}
