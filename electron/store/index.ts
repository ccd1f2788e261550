/** The store's process: connects the store to the ports of Electron's utility process. The only file here that knows Electron. */
import { setPriority } from 'node:os'
import { STORE_HOST_MESSAGES, type StoreHostMessage } from '@contract/store-host'
import { MachineNames } from '@native/system/names'
import { boundBacktracking } from '@native/system/regular-expressions'
import { z } from 'zod'
import { Store } from './store'

/** Indexing must never compete with what is being audited. */
const NICE = 5

// The content security policy forbids eval, which zod would compile schemas with.
z.config({ jitless: true })
boundBacktracking()
try {
  setPriority(NICE)
} catch {
  // Some sandboxes forbid even this; it is a courtesy, not a condition.
}

const host = process.parentPort
const store = new Store({
  resolver: new MachineNames('background'),
  reply: (message) => {
    host.postMessage(message)
    if (message.kind === 'stopped') setImmediate(() => process.exit(0))
  },
})

host.on('message', ({ data, ports }) => {
  const message = data as StoreHostMessage
  const schema = STORE_HOST_MESSAGES[message.kind]
  if (!schema.safeParse(message).success) return
  if (message.kind !== 'renderer-port') {
    store.host(message)
    return
  }
  const [port] = ports
  if (port === undefined) return
  const receive = store.connect({ post: (answer) => port.postMessage(answer) })
  port.on('message', (event) => receive(event.data))
  port.start()
})
