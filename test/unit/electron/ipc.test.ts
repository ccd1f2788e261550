import fc from 'fast-check'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { IPC_REQUESTS, type IpcRequestName } from '@contract/ipc'
import { ok } from '@native/audit/result'
import { refuses, unboundedLists, wrongValues } from '../../support/wrong-values'

vi.mock('electron', () => ({
  ipcMain: {},
  app: {},
  session: {},
  protocol: {},
  shell: {},
  dialog: {},
  clipboard: {},
}))
vi.mock('electron-log/main', () => ({ default: { warn: vi.fn(), error: vi.fn(), info: vi.fn() } }))

const { answer } = await import('../../../electron/main/ipc')
const { makeHandlers } = await import('../../../electron/main/handlers')
type Handlers = Parameters<typeof answer>[0]

const names = Object.keys(IPC_REQUESTS) as IpcRequestName[]

/** Handlers that only note that they were called. */
function recording(): { handlers: Handlers; calls: string[] } {
  const calls: string[] = []
  const handlers = Object.fromEntries(
    names.map((name) => [
      name,
      () => {
        calls.push(name)
        return ok(null)
      },
    ]),
  ) as unknown as Handlers
  return { handlers, calls }
}

describe('requests of the page', () => {
  let calls: string[]
  let handlers: Handlers
  beforeEach(() => {
    ;({ handlers, calls } = recording())
  })

  it('are registered exactly as declared', () => {
    const registered = makeHandlers({} as Parameters<typeof makeHandlers>[0])
    expect(Object.keys(registered).sort()).toEqual([...names].sort())
  })

  it('reach their handler when the arguments fit', async () => {
    expect(await answer(handlers, { name: 'helper.connect', args: { mode: 'observe' } })).toEqual(
      ok(null),
    )
    expect(calls).toEqual(['helper.connect'])
  })

  it.each([
    [null],
    ['helper.connect'],
    [{ args: {} }],
    [{ name: 'no.such', args: {} }],
    [{ name: '__proto__', args: {} }],
    [{ name: 'constructor', args: {} }],
    [{ name: 'helper.connect', args: { mode: 'root' } }],
    [{ name: 'helper.connect', args: null }],
    [{ name: 'settings.set', args: { memoryBudgetBytes: 1 } }],
    [{ name: 'settings.set', args: { memoryBudgetBytes: 'much' } }],
    [{ name: 'app.openExternal', args: { link: 'file:///etc/passwd' } }],
    [{ name: 'rules.readFile', args: { path: '' } }],
    [{ name: 'dialog.save', args: { what: 'export', suggestedName: 'x'.repeat(300) } }],
  ])('that make no sense (%j) are refused and reach nobody', async (message) => {
    const result = await answer(handlers, message)
    expect(result).toMatchObject({ ok: false, code: 'usage' })
    expect(calls).toEqual([])
  })

  it.each(names)('%s refuses wrong types and huge values in each of its fields', async (name) => {
    const schema = IPC_REQUESTS[name]
    expect(unboundedLists(schema)).toEqual([])
    const taken = wrongValues(schema).filter((wrong) => !refuses(schema, wrong))
    expect(taken.map(({ field, what }) => `${field}: ${what}`)).toEqual([])
    const bad = wrongValues(schema).map(({ field, value }) => ({ [field]: value }))
    for (const args of [null, 'text', [], 5, ...bad]) {
      expect(await answer(handlers, { name, args })).toMatchObject({ ok: false, code: 'usage' })
    }
    expect(calls).toEqual([])
  })

  it('of any shape get a Result and throw nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.anything(), async (name, args) => {
        const result = await answer(handlers, { name, args })
        expect(typeof result.ok).toBe('boolean')
      }),
    )
  })

  it('whose handler has a bug get an answer that says so', async () => {
    const broken = { ...handlers, 'app.info': () => Promise.reject(new Error('boom')) }
    const result = await answer(broken, { name: 'app.info', args: {} })
    expect(result).toMatchObject({ ok: false, code: 'internal' })
  })
})
