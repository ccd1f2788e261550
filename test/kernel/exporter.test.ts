/** The exporter, the alert rules and the dashboard against Debian's real Prometheus. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { METRICS } from '@native/cli/exporter/metrics'
import { unpackedPackage } from '../lib/debian'
import { beforeCheck, describeOnKernel } from './guard'

const MONITORING = path.resolve('build/monitoring')
const CLI = path.resolve('out/cli/auditscope.cjs')
const EXPORTER = '127.0.0.1:19477'
const PROMETHEUS = '127.0.0.1:19478'

let programs = ''
beforeAll(() => {
  programs = path.join(unpackedPackage('prometheus'), 'usr', 'bin')
}, 120_000)
const promtool = (args: string[], input?: string): string =>
  execFileSync(path.join(programs, 'promtool'), args, {
    cwd: MONITORING,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(input === undefined ? {} : { input }),
  })

interface Dashboard {
  panels: { title: string; targets: { expr: string }[] }[]
}
/** The queries of the dashboard, with its variables filled in. */
function dashboardQueries(): string[] {
  const text = readFileSync(path.join(MONITORING, 'grafana-dashboard.json'), 'utf8')
  return (JSON.parse(text) as Dashboard).panels.flatMap(({ targets }) =>
    targets.map(({ expr }) =>
      expr.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '1m'),
    ),
  )
}

describe('alert rules and dashboard', () => {
  it('are taken by promtool, and the rules fire when they should and only then', () => {
    expect(promtool(['check', 'rules', 'alerts.yml'])).toContain('SUCCESS')
    expect(promtool(['test', 'rules', 'alerts.test.yml'])).toContain('SUCCESS')
  })

  it('ask for metrics that the exporter has', () => {
    const names = new Set(METRICS.map(({ name }) => name))
    const rules = readFileSync(path.join(MONITORING, 'alerts.yml'), 'utf8')
    const asked = [rules, ...dashboardQueries()].join('\n').match(/auditscope_[a-z_]+/g)!
    for (const name of asked) expect(names).toContain(name)
  })
})

/** Starts a program that is ended with its test. */
function start(command: string, args: string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  beforeCheck(async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null) await new Promise((resolve) => child.once('close', resolve))
  })
  return child
}

/** Asks until there is an answer that will do. */
async function until<T>(ask: () => Promise<T | null>): Promise<T> {
  for (let i = 0; i < 200; i++) {
    const answer = await ask().catch(() => null)
    if (answer !== null) return answer
    await pause(100)
  }
  throw new Error('What was waited for did not come within 20 s.')
}

interface QueryAnswer {
  status: string
  data: { result: { value: [number, string] }[] }
}
async function query(expression: string): Promise<QueryAnswer> {
  const url = `http://${PROMETHEUS}/api/v1/query?query=${encodeURIComponent(expression)}`
  return (await (await fetch(url)).json()) as QueryAnswer
}

describeOnKernel('the exporter on this kernel', () => {
  it('is scraped by Prometheus, as a process without rights', async () => {
    const exporter = start(process.execPath, [CLI, 'exporter', '--listen', EXPORTER])
    const page = await until(async () => {
      const text = await (await fetch(`http://${EXPORTER}/metrics`)).text()
      return text.includes('auditscope_complete 1') ? text : null
    })
    expect(promtool(['check', 'metrics'], page)).toBe('')
    const status = readFileSync(`/proc/${exporter.pid}/status`, 'utf8')
    expect(status).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m)
    expect(status).toMatch(/^Gid:\t65534\t65534\t65534\t65534$/m)
    expect(status).toMatch(/^CapEff:\t0+$/m)

    const folder = mkdtempSync(path.join(os.tmpdir(), 'auditscope-prometheus-'))
    beforeCheck(() => Promise.resolve(rmSync(folder, { recursive: true, force: true })))
    const configuration = path.join(folder, 'prometheus.yml')
    writeFileSync(
      configuration,
      [
        'global: { scrape_interval: 1s, evaluation_interval: 1s }',
        `rule_files: ['${path.join(MONITORING, 'alerts.yml')}']`,
        `scrape_configs: [{ job_name: audit, static_configs: [{ targets: ['${EXPORTER}'] }] }]`,
      ].join('\n'),
    )
    start(path.join(programs, 'prometheus'), [
      `--config.file=${configuration}`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=${PROMETHEUS}`,
      '--log.level=error',
    ])
    const limit = await until(async () => {
      const { data } = await query('auditscope_backlog_limit_records')
      return data.result[0]?.value[1] ?? null
    })
    expect(limit).toBe('64')
    for (const expression of dashboardQueries())
      expect(await query(expression), expression).toMatchObject({ status: 'success' })
  })
})
