import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { DEFAULTS } from '@native/audit/lab/settings'
import type { LabState } from '@native/audit/lab/messages'

vi.mock('electron', () => ({ app: {} }))
const { LabProcess } = await import('../../../electron/main/lab')

const folder = mkdtempSync(path.join(os.tmpdir(), 'auditscope-lab-'))
let open: InstanceType<typeof LabProcess>[] = []

/** A lab whose process runs this program. */
function labOf(program: string) {
  const script = path.join(folder, `${open.length}.cjs`)
  writeFileSync(script, program)
  const states: LabState[] = []
  const lab = new LabProcess(
    (state) => states.push(state),
    () => script,
  )
  open.push(lab)
  const until = (done: (state: LabState) => boolean) =>
    vi.waitFor(() => expect(done(states.at(-1)!)).toBe(true), 10_000)
  return { lab, states, until }
}

afterEach(async () => {
  await Promise.all(open.map((lab) => lab.end()))
  open = []
})
afterAll(() => rmSync(folder, { recursive: true }))

const SAY = 'const say = (value) => process.stdout.write(JSON.stringify(value) + "\\n");'

describe('the lab’s process', () => {
  it('gets the order, and what it says becomes the state', async () => {
    const { lab, until, states } = labOf(
      `${SAY} process.stdin.once('data', (line) => {
        const { settings } = JSON.parse(line)
        say({ kind: 'progress', progress: { settings, stage: 'running' } })
        say({ kind: 'result', result: { settings } })
        process.stdout.write('not JSON\\n')
        say({ kind: 'ended', failure: null })
        process.exit(0)
      })`,
    )
    expect(lab.start({ settings: DEFAULTS })).toEqual({ ok: true, value: null })
    await until(({ running }) => !running)
    expect(states.some(({ progress }) => progress?.stage === 'running')).toBe(true)
    expect(states.at(-1)).toMatchObject({ progress: null, failure: null })
    expect(states.at(-1)!.results).toEqual([{ settings: DEFAULTS }])
  })

  it('runs one at a time, and is told to cancel by the end of its stdin', async () => {
    const { lab, until } = labOf(
      `${SAY} process.stdin.resume().on('end', () => {
        say({ kind: 'ended', failure: { ok: false, code: 'cancelled', message: 'Ended.', hint: '' } })
      })`,
    )
    lab.start({ settings: null })
    expect(lab.start({ settings: null })).toMatchObject({ ok: false, code: 'busy' })
    lab.cancel()
    await until(({ running, failure }) => !running && failure?.code === 'cancelled')
  })

  it('says so when the process dies without a word, and can be started again', async () => {
    const { lab, until } = labOf('process.exit(3)')
    lab.start({ settings: DEFAULTS })
    await until(({ failure }) => failure?.code === 'exited')
    expect(lab.start({ settings: DEFAULTS })).toMatchObject({ ok: true })
    await until(({ running }) => !running)
  })
})
