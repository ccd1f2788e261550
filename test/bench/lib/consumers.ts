/** What takes the kernel's records in the benchmarks: the reference in C, the helper, auditd, and a naive client. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { frameRecordCount } from '@native/helper/protocol'
import { HelperClient } from '@native/helper/client'
import { HELPER, value } from '../../kernel/helper'
import { compileC } from '../../kernel/programs'
import { unpackedPackage } from '../../lib/debian'
import { kernelValue } from './kernel'

/** What a consumer took. */
export interface Taken {
  /** Records received from the kernel; null when the consumer does not say. */
  records: number | null
  /** Records that arrived where they were meant to; null likewise. */
  delivered: number | null
  /** CPU time of the consumer's process, s. */
  cpuSeconds: number
  /** CPU time of whoever reads from it, s; 0 when nobody does. */
  readerCpuSeconds: number
}

/** A running consumer, registered as the audit daemon or listening. */
export interface Consumer {
  pid: number
  /** Waits until everything has been taken, and ends it. */
  end(): Promise<Taken>
}

/** Starts a consumer. */
export type StartConsumer = () => Promise<Consumer>

/** CPU time of a process, s (proc(5), stat, 100 ticks a second). */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** A consumer in C (consumer.c). */
function inC(...args: string[]): StartConsumer {
  return async () => {
    const child = spawn(compileC('test/bench/consumer.c'), args, {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const output = collect(child)
    while (!output.text().includes('ready\n')) await pause(5)
    return {
      pid: child.pid!,
      async end() {
        child.stdin!.end()
        const said = JSON.parse((await output.end).split('\n')[1]!) as {
          records: number
          userSeconds: number
          systemSeconds: number
        }
        return {
          records: said.records,
          delivered: said.records,
          cpuSeconds: said.userSeconds + said.systemSeconds,
          readerCpuSeconds: 0,
        }
      },
    }
  }
}

/** As fast as a program can be: recvmmsg of 64, 32 MiB, counting only. */
export const reference = inC('batch')

/** A client that cannot keep up: one record at a time, a pause after each. */
export const naive = (microseconds: number) => inC('naive', String(microseconds))

type ListenMode = 'observe' | 'best-effort' | 'never-lose'

/** The helper, delivering frames to this process, which counts their records. */
export function helper(mode: ListenMode, backlogLimit: number): StartConsumer {
  return async () => {
    const client = new HelperClient()
    let delivered = 0
    client.on('records', (payload) => {
      delivered += frameRecordCount(payload)
    })
    value(await client.spawn(process.execPath, [HELPER]))
    value(await client.command('subscribe', { mode, backlogLimit }))
    const { pid } = client.hello!
    await pause(200)
    const before = { helper: cpuSeconds(pid), reader: process.cpuUsage() }
    return {
      pid,
      async end() {
        let sample = value(await client.command('status', {}))
        while (delivered + sample.ring.droppedRecords < sample.drain.records) {
          await pause(20)
          sample = value(await client.command('status', {}))
        }
        const reader = process.cpuUsage(before.reader)
        const taken = {
          records: sample.drain.records,
          delivered,
          cpuSeconds: cpuSeconds(pid) - before.helper,
          readerCpuSeconds: (reader.user + reader.system) / 1e6,
        }
        await client.end()
        return taken
      },
    }
  }
}

/** auditd with its default settings, but for where it writes. */
export const auditd: StartConsumer = async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'auditscope-bench-'))
  const log = path.join(folder, 'audit.log')
  writeFileSync(path.join(folder, 'auditd.conf'), auditdConfiguration(log), { mode: 0o640 })
  const child = spawn('auditd', ['-n', '-s', 'nochange', '-c', folder], {
    stdio: 'ignore',
    env: { ...process.env, LD_LIBRARY_PATH: missingLibraries() },
  })
  while (kernelValue('pid') !== child.pid) {
    if (child.exitCode !== null) throw new Error('auditd did not start')
    await pause(20)
  }
  return {
    pid: child.pid,
    async end() {
      while (kernelValue('backlog') > 0) await pause(20)
      const cpu = cpuSeconds(child.pid!)
      child.kill('SIGTERM')
      await new Promise((resolve) => child.once('close', resolve))
      rmSync(folder, { recursive: true, force: true })
      return { records: null, delivered: null, cpuSeconds: cpu, readerCpuSeconds: 0 }
    },
  }
}

/** Where libwrap is, which auditd needs and a machine may lack: empty when it has it, else unpacked and not installed. */
function missingLibraries(): string {
  if (execFileSync('ldconfig', ['-p'], { encoding: 'utf8' }).includes('libwrap.so.0')) return ''
  const root = unpackedPackage('libwrap0')
  const found = readdirSync(root, { recursive: true, encoding: 'utf8' })
  return path.join(root, path.dirname(found.find((file) => file.endsWith('libwrap.so.0'))!))
}

/** Debian's auditd.conf as it is shipped, with another log file. */
function auditdConfiguration(log: string): string {
  return [
    'local_events = yes',
    'write_logs = yes',
    `log_file = ${log}`,
    'log_group = adm',
    'log_format = ENRICHED',
    'flush = INCREMENTAL_ASYNC',
    'freq = 50',
    'max_log_file = 8',
    'num_logs = 5',
    'priority_boost = 4',
    'name_format = NONE',
    'max_log_file_action = ROTATE',
    'space_left = 75',
    'space_left_action = SYSLOG',
    'verify_email = yes',
    'action_mail_acct = root',
    'admin_space_left = 50',
    'admin_space_left_action = SUSPEND',
    'disk_full_action = SUSPEND',
    'disk_error_action = SUSPEND',
    'use_libwrap = yes',
    'tcp_listen_queue = 5',
    'tcp_max_per_addr = 1',
    'tcp_client_max_idle = 0',
    'transport = TCP',
    'distribute_network = no',
    'q_depth = 2000',
    'overflow_action = SYSLOG',
    'max_restarts = 10',
    'plugin_dir = /etc/audit/plugins.d',
    'end_of_event_timeout = 2',
    '',
  ].join('\n')
}

function collect(child: ChildProcess): { text: () => string; end: Promise<string> } {
  let text = ''
  child.stdout!.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  return {
    text: () => text,
    end: new Promise((resolve) => child.on('close', () => resolve(text))),
  }
}
