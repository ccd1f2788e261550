/** Speaks electron/contract/store.ts over a MessagePort that main may replace at any time. */
import { fail, type Result } from '@native/audit/result'
import type {
  StoreArgs,
  StorePushes,
  StorePushMessage,
  StorePushName,
  StoreReplyMessage,
  StoreRequestMessage,
  StoreRequestName,
  StoreResults,
} from '@contract/store'
import { Listeners } from './listeners'
import type { StoreClient, StoreState, Unsubscribe } from './platform'

interface Pending {
  message: StoreRequestMessage
  resolve: (result: Result<unknown>) => void
}

/** Requests that may wait for the first port; more are refused, so that a store that never starts costs no memory. */
const MAX_WAITING = 1000

const LOST = fail(
  'store-lost',
  'The store process ended, so this question was not answered.',
  'It is started again by itself; repeat the action in a moment.',
)

/** A {@link StoreClient} without a port until {@link attach} is called. */
export class StorePortClient implements StoreClient {
  private port: MessagePort | null = null
  private nextId = 1
  private readonly pending = new Map<number, Pending>()
  private readonly pushes = new Listeners<StorePushes>()
  private readonly states = new Listeners<{ state: StoreState }>()
  state: StoreState = 'waiting'

  /** Takes a new port; what was asked over an earlier one fails with `store-lost`, what waited for one is sent. */
  attach(port: MessagePort): void {
    if (this.port) this.detach()
    this.port = port
    port.onmessage = (event: MessageEvent) => this.receive(event.data)
    port.addEventListener('close', () => {
      if (this.port === port) this.lose()
    })
    port.start()
    for (const { message } of this.pending.values()) port.postMessage(message)
    this.setState('open')
  }

  /** The store ended: everything open fails, later requests fail until {@link attach}. */
  lose(): void {
    this.detach()
    this.setState('lost')
  }

  request<N extends StoreRequestName>(
    name: N,
    args: StoreArgs<N>,
  ): Promise<Result<StoreResults[N]>> {
    if (this.state === 'lost' || this.pending.size >= MAX_WAITING) return Promise.resolve(LOST)
    const message: StoreRequestMessage<N> = { id: this.nextId++, name, args }
    return new Promise((resolve) => {
      this.pending.set(message.id, {
        message,
        resolve: resolve as (result: Result<unknown>) => void,
      })
      this.port?.postMessage(message)
    })
  }

  on<N extends StorePushName>(name: N, listener: (value: StorePushes[N]) => void): Unsubscribe {
    return this.pushes.add(name, listener)
  }

  onState(listener: (state: StoreState) => void): Unsubscribe {
    return this.states.add('state', listener)
  }

  private receive(data: StoreReplyMessage | StorePushMessage): void {
    if ('push' in data) {
      this.pushes.emit(data.push, data.value)
      return
    }
    const pending = this.pending.get(data.id)
    this.pending.delete(data.id)
    pending?.resolve(data.result)
  }

  private detach(): void {
    if (this.port) {
      this.port.onmessage = null
      this.port.close()
    }
    this.port = null
    const open = [...this.pending.values()]
    this.pending.clear()
    for (const { resolve } of open) resolve(LOST)
  }

  private setState(state: StoreState): void {
    this.state = state
    this.states.emit('state', state)
  }
}
