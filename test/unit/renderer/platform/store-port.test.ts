// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { StorePortClient } from '@renderer/platform/store-port'

/** A port that records what is sent, and delivers what the test says. */
class Port {
  readonly sent: { id: number; name: string; args: unknown }[] = []
  onmessage: ((event: MessageEvent) => void) | null = null
  closed = false
  private onClose: (() => void) | null = null
  postMessage(message: { id: number; name: string; args: unknown }): void {
    this.sent.push(message)
  }
  addEventListener(_name: string, listener: () => void): void {
    this.onClose = listener
  }
  start(): void {
    return
  }
  close(): void {
    this.closed = true
  }
  deliver(data: unknown): void {
    this.onmessage?.(new MessageEvent('message', { data }))
  }
  end(): void {
    this.onClose?.()
  }
  get port(): MessagePort {
    return this as unknown as MessagePort
  }
}

describe('the store’s client', () => {
  it('keeps requests until there is a port, and matches answers by id', async () => {
    const client = new StorePortClient()
    const port = new Port()
    const list = client.request('sessions.list', {})
    const marks = client.request('bookmarks.list', { session: 0 })
    expect(client.state).toBe('waiting')
    client.attach(port.port)
    expect(port.sent.map(({ name }) => name)).toEqual(['sessions.list', 'bookmarks.list'])
    port.deliver({ id: port.sent[1]!.id, result: { ok: true, value: [] } })
    port.deliver({ id: port.sent[0]!.id, result: { ok: true, value: [{ id: 0 }] } })
    expect(await marks).toEqual({ ok: true, value: [] })
    expect(await list).toEqual({ ok: true, value: [{ id: 0 }] })
  })

  it('hands pushes to those who listen, and to nobody after they stopped', () => {
    const client = new StorePortClient()
    const port = new Port()
    client.attach(port.port)
    const heard: unknown[] = []
    const stop = client.on('sessions', (sessions) => heard.push(sessions))
    port.deliver({ push: 'sessions', value: ['one'] })
    stop()
    port.deliver({ push: 'sessions', value: ['two'] })
    expect(heard).toEqual([['one']])
  })

  it('fails what was asked of a port that ended, and works with the next', async () => {
    const client = new StorePortClient()
    const [first, second] = [new Port(), new Port()]
    const states: string[] = []
    client.onState((state) => states.push(state))
    client.attach(first.port)
    const lost = client.request('sessions.list', {})
    first.end()
    expect(await lost).toMatchObject({ ok: false, code: 'store-lost' })
    expect(await client.request('sessions.list', {})).toMatchObject({ code: 'store-lost' })
    client.attach(second.port)
    const again = client.request('sessions.list', {})
    second.deliver({ id: second.sent[0]!.id, result: { ok: true, value: [] } })
    expect(await again).toEqual({ ok: true, value: [] })
    expect(states).toEqual(['open', 'lost', 'open'])
  })

  it('ends the old port when main sends a new one without a word', async () => {
    const client = new StorePortClient()
    const [first, second] = [new Port(), new Port()]
    client.attach(first.port)
    const open = client.request('sessions.list', {})
    client.attach(second.port)
    expect(first.closed).toBe(true)
    expect(await open).toMatchObject({ ok: false, code: 'store-lost' })
    expect(second.sent).toEqual([])
  })

  it('ignores answers to nothing', () => {
    const client = new StorePortClient()
    const port = new Port()
    client.attach(port.port)
    expect(() => port.deliver({ id: 99, result: { ok: true, value: null } })).not.toThrow()
  })
})
