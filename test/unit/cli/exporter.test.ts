import { createServer, request, type IncomingHttpHeaders } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { Ledger } from '@native/audit/ledger/ledger'
import { Rates } from '@native/audit/ledger/rates'
import { ledgerView } from '@native/audit/ledger/view'
import { ok } from '@native/audit/result'
import { METRICS, metricsText } from '@native/cli/exporter/metrics'
import { isLoopback, MetricsServer, readAddress } from '@native/cli/exporter/server'
import { root } from '@native/cli/table'
import type { StatusSample } from '@native/helper/protocol'
import { BOOT, FakeKernel } from './fake-kernel'
import { runWith } from './harness'

const NOW = 1_700_000_010_000
const SAMPLE: StatusSample = {
  at: NOW,
  kernel: {
    ...BOOT,
    enabled: 1,
    pid: 812,
    backlog: 7,
    backlogLimit: 8192,
    lost: 3804,
    backlogWaitTimeActual: 375,
  },
  kernelAt: NOW - 1500,
  kernelLatency: 1,
  kernelOverdue: 0,
  waitedMs: 1500,
  hz: 250,
  daemon: { pid: 812, comm: 'evil"\n# HELP' },
  mode: 'observe',
  subscription: 1,
  socket: { drops: 0, enobufs: 0, receiveBuffer: 1, receiveBufferLimited: false, queued: 0 },
  drain: { records: 48_113, bytes: 7_000_000, batches: 1, foreign: 0, heartbeatAge: 1 },
  ring: { used: 0, capacity: 1, droppedRecords: 0, droppedBytes: 0 },
  pipe: { frames: 1, records: 1, bytes: 1, queued: 0, blocked: 0, samplesSkipped: 0 },
  boost: { nice: 0, oomScoreAdj: 0 },
  watchdog: { limit: 0, stuck: 0, letGo: 0 },
  cpu: { user: 1200, system: 300 },
  memory: 70_000_000,
  exemptRules: 0,
  governor: null,
}
const ledgerOf = (samples: StatusSample[]): ReturnType<typeof ledgerView> => {
  const ledger = new Ledger('live')
  ledger.connect(NOW - 10_000)
  for (const sample of samples) ledger.addSample(sample)
  const store = { held: 0, evicted: 0, waiting: 0, firstAt: null }
  return ledgerView(ledger, store, { now: NOW, rates: new Rates() })
}
const text = (sample: StatusSample | null, samples: StatusSample[] = []): string =>
  metricsText({ version: '1.2.3', sample, ledger: ledgerOf(samples), now: NOW })

describe('metrics', () => {
  it('are what the kernel and the helper say, in base units', () => {
    const lines = text(SAMPLE, [SAMPLE]).split('\n')
    for (const line of [
      'auditscope_build_info{version="1.2.3"} 1',
      'auditscope_up 1',
      'auditscope_kernel_answer_age_seconds 1.5',
      'auditscope_enabled 1',
      'auditscope_failure 1',
      'auditscope_daemon_registered 1',
      'auditscope_rate_limit_records_per_second 0',
      'auditscope_backlog_records 7',
      'auditscope_backlog_limit_records 8192',
      'auditscope_backlog_wait_limit_seconds 60',
      'auditscope_backlog_waited_seconds_total 1.5',
      'auditscope_kernel_lost_records_total 3804',
      'auditscope_mode{mode="observe"} 1',
      'auditscope_mode{mode="never-lose"} 0',
      'auditscope_received_records_total 48113',
      'auditscope_missing_total{cause="backlog",unit="records",by="kernel"} 0',
      'auditscope_complete 1',
      'auditscope_helper_cpu_seconds_total 1.5',
    ])
      expect(lines).toContain(line)
    expect(lines.join()).not.toContain('evil')
  })

  it('say when something is missing, and why', () => {
    const later = { ...SAMPLE, at: NOW + 500, kernel: { ...SAMPLE.kernel!, lost: 3900 } }
    const page = text(later, [SAMPLE, later])
    expect(page).toContain('\nauditscope_complete 0\n')
    expect(page).toContain('cause="backlog",unit="records",by="kernel"} 96\n')
  })

  it('leave out what is not known instead of making it 0', () => {
    const page = text(null)
    expect(page).toContain('\nauditscope_up 0\n')
    for (const name of [
      'backlog_records',
      'kernel_lost_records_total',
      'complete',
      'received_records_total',
    ])
      expect(page).not.toContain(`\nauditscope_${name}`)
    const old = text({ ...SAMPLE, kernel: { ...SAMPLE.kernel!, backlogWaitTimeActual: null } })
    expect(old).not.toContain('backlog_waited_seconds_total')
    expect(old).not.toMatch(/NaN|null|undefined/)
  })

  it('keep to the conventions: counters end in _total, everything is ours, help is one line', () => {
    expect(new Set(METRICS.map(({ name }) => name)).size).toBe(METRICS.length)
    for (const { name, type, help } of METRICS) {
      expect(name).toMatch(/^auditscope_[a-z_]+$/)
      expect(name.endsWith('_total')).toBe(type === 'counter')
      expect(help).toMatch(/^[^\n\\]+\.$/)
    }
  })
})

describe('--listen', () => {
  it.each([
    ['127.0.0.1:9476', '127.0.0.1', 9476, true],
    [':9476', '127.0.0.1', 9476, true],
    ['[::1]:80', '::1', 80, true],
    ['localhost:0', 'localhost', 0, true],
    ['0.0.0.0:65535', '0.0.0.0', 65535, false],
    ['[::]:1', '::', 1, false],
  ])('%s is host %s, port %d', (given, host, port, loopback) => {
    const address = readAddress(given)
    expect(address).toEqual({ ok: true, value: { host, port } })
    expect(isLoopback({ host, port })).toBe(loopback)
  })

  it.each([
    '9476',
    '',
    ':',
    ':65536',
    'a b:1',
    '127.0.0.1:',
    '[::1:80',
    'http://x:1',
    `${'a'.repeat(9)}\n:1`,
  ])('%j is refused', (given) => {
    expect(readAddress(given)).toMatchObject({ ok: false, code: 'usage' })
  })

  it('answers any text', () => {
    fc.assert(fc.property(fc.string(), (given) => typeof readAddress(given).ok === 'boolean'))
  })
})

interface Reply {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

describe('the server', () => {
  const servers: MetricsServer[] = []
  const start = async (page: () => string): Promise<number> => {
    const server = new MetricsServer(page)
    servers.push(server)
    const port = await server.listen({ host: '127.0.0.1', port: 0 })
    if (!port.ok) throw new Error(port.message)
    return port.value
  }
  const ask = (port: number, path: string, method = 'GET'): Promise<Reply> =>
    new Promise((resolve, reject) => {
      request({ port, path, method, agent: false }, (response) => {
        let body = ''
        response.on('data', (chunk: Buffer) => {
          body += chunk.toString()
        })
        response.on('end', () =>
          resolve({ status: response.statusCode!, headers: response.headers, body }),
        )
      })
        .on('error', reject)
        .end()
    })
  /** Sends bytes as they are and waits until the server closes. */
  const raw = (port: number, bytes: string): Promise<string> =>
    new Promise((resolve) => {
      let answer = ''
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
      socket.on('data', (chunk) => {
        answer += chunk.toString()
      })
      socket.on('error', () => undefined)
      socket.on('close', () => resolve(answer))
    })
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })

  it('serves the page, and only that', async () => {
    const port = await start(() => 'a 1\n')
    expect(await ask(port, '/metrics')).toMatchObject({
      status: 200,
      body: 'a 1\n',
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
    })
    expect(await ask(port, '/metrics?x=1', 'HEAD')).toMatchObject({ status: 200, body: '' })
    expect((await ask(port, '/')).status).toBe(200)
    for (const path of ['/metrics/', '/../etc/passwd', '//metrics', '/%6detrics'])
      expect((await ask(port, path)).status).toBe(404)
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect((await ask(port, '/metrics', method)).status).toBe(405)
  })

  it('answers garbage with an error, and goes on', async () => {
    const port = await start(() => 'a 1\n')
    expect(await raw(port, '\u0000\u0001\u0002\r\n\r\n')).toContain('400')
    expect(await raw(port, `GET /metrics HTTP/1.1\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`)).toContain(
      '431',
    )
    expect(await raw(port, 'GET /metrics HTTP/1.1\r\n\r\n')).toContain('400')
    expect((await ask(port, '/metrics')).status).toBe(200)
  })

  it('lets a client go that sends nothing, or one byte at a time, while others are served', async () => {
    const port = await start(() => 'a 1\n')
    const silent = raw(port, '')
    const slow = new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1')
      const drip = setInterval(() => socket.write('G'), 500)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        clearInterval(drip)
        resolve(undefined)
      })
    })
    expect((await ask(port, '/metrics')).status).toBe(200)
    await Promise.all([silent, slow])
  }, 20_000)

  it('keeps no more than so many connections', async () => {
    const port = await start(() => 'a 1\n')
    const idle = Array.from({ length: 16 }, () =>
      connect(port, '127.0.0.1').on('error', () => undefined),
    )
    await Promise.all(
      idle.map((socket) => new Promise((resolve) => socket.once('connect', resolve))),
    )
    expect(await raw(port, 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('')
    for (const socket of idle) socket.destroy()
  })

  it('does not wait for a client that does not take its answer', async () => {
    const port = await start(() => 'x 1\n'.repeat(5_000_000))
    const socket = connect(port, '127.0.0.1', () =>
      socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'),
    )
    socket.pause()
    socket.on('error', () => undefined)
    await new Promise((resolve) => setTimeout(resolve, 300))
    const closed = new Promise((resolve) => socket.on('close', resolve))
    servers.splice(0)[0]!.close()
    socket.resume()
    await closed
  })

  it('says which address is taken', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    const server = new MetricsServer(() => '')
    expect(await server.listen({ host: '127.0.0.1', port })).toMatchObject({
      ok: false,
      code: 'EADDRINUSE',
      hint: expect.stringContaining('--listen'),
    })
    other.close()
  })
})

describe('auditscope exporter', () => {
  const FAKE = fileURLToPath(new URL('./fake-helper.cjs', import.meta.url))
  const machineWith = (behaviour: Record<string, unknown>): FakeKernel => {
    const machine = new FakeKernel()
    const launch = { command: process.execPath, args: [FAKE, JSON.stringify(behaviour)], env: {} }
    return Object.assign(machine, { helper: () => Promise.resolve(ok(launch)) })
  }

  it('serves until it is told to end, and gave its rights up before', async () => {
    const ending = new AbortController()
    const machine = machineWith({ sample: SAMPLE })
    const running = runWith(root, ['exporter', '--listen', '127.0.0.1:19476'], { machine, ending })
    let page = ''
    for (let i = 0; i < 100 && !page.includes('auditscope_complete'); i++) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      page = await fetch('http://127.0.0.1:19476/metrics').then(
        (reply) => reply.text(),
        () => '',
      )
    }
    expect(page).toContain('auditscope_received_records_total 48113')
    expect(machine.log).toEqual(['gave up its rights'])
    ending.abort()
    expect(await running).toEqual({
      code: 0,
      out: 'Serving http://127.0.0.1:19476/metrics\n',
      err: '',
    })
    await expect(fetch('http://127.0.0.1:19476/metrics')).rejects.toThrow()
  })

  it('ends with 1 when the kernel refuses the mode', async () => {
    const machine = machineWith({ refuse: { code: 'daemon-registered', message: 'auditd is.' } })
    const args = ['exporter', '--listen', ':0', '--mode', 'never-lose']
    expect(await runWith(root, args, { machine })).toMatchObject({ code: 1, out: '' })
  })

  it('ends with 1 when the helper dies', async () => {
    const machine = machineWith({ dieAfterFrames: true })
    const { code, err } = await runWith(root, ['exporter', '--listen', ':0'], { machine })
    expect(code).toBe(1)
    expect(err).toContain('killed by a signal')
  })

  it.each([
    ['--listen', 'everywhere'],
    ['--mode', 'all'],
    ['--cpu-percent', '0'],
    ['--cpu-percent', '101'],
  ])('%s %s is wrong usage', async (flag, value) => {
    const { code } = await runWith(root, ['exporter', flag, value], { machine: machineWith({}) })
    expect(code).toBe(2)
  })
})
