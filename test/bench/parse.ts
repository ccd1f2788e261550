/**
 * `npm run bench parse`: reading and converting a log of 500,000 real records, beside ausearch in the same run. JSON
 * lines; medians of the rounds; ratios are within this run. Then once with a log four times as long: what is ours to start
 * with (the runtime and its compiler) weighs less there, and the memory must be the same.
 *
 *     npm run bench parse [-- --records N --rounds N]
 */
import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Assembler, Digester } from '@native/audit/event'
import { LineSplitter, RecordParser } from '@native/audit/record'
import { median, numberOption, report, rounded } from './lib/report'

const RECORDS = numberOption('records', 500_000)
const ROUNDS = numberOption('rounds', 3)
const CHUNK = 1 << 18
const FIXTURE = join(__dirname, '../../test/fixtures/audit-raw.log')
const CLI = join(__dirname, '../cli/auditscope.cjs')
const STAMP = /audit\((\d+)\.(\d+):(\d+)\)/

/** How many times as long the second log is. */
const LONGER = 4

/** Writes the captured log over and over, each time later and with other serials, until it has so many records. */
function makeLog(path: string, records: number): void {
  const lines = readFileSync(FIXTURE, 'latin1').trimEnd().split('\n')
  const parts = lines.flatMap((line) => {
    const match = STAMP.exec(line)!
    const end = match.index + match[0].length
    return [
      {
        head: line.slice(0, match.index),
        seconds: Number(match[1]),
        ms: match[2],
        serial: Number(match[3]),
        tail: line.slice(end),
      },
    ]
  })
  const file = openSync(path, 'w')
  for (let written = 0, turn = 0; written < records; turn++) {
    const take = parts.slice(0, records - written)
    const text = take.map(
      (p) =>
        `${p.head}audit(${p.seconds + turn * 10}.${p.ms}:${p.serial + turn * lines.length})${p.tail}\n`,
    )
    writeSync(file, text.join(''), null, 'latin1')
    written += take.length
  }
  closeSync(file)
}

interface Run {
  seconds: number
  cpuSeconds: number
  peakMiB: number
}

/** Runs a program with its output in a file, and looks at its memory now and then. */
function runProgram(command: string, args: string[], output: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const out = openSync(output, 'w')
    const start = performance.now()
    const child = spawn(command, args, {
      stdio: ['ignore', out, 'ignore'],
      env: { ...process.env, LC_ALL: 'C' },
    })
    let peak = 0
    const look = setInterval(() => (peak = Math.max(peak, residentMiB(child.pid!))), 20)
    child.on('error', reject)
    child.on('close', (code) => {
      clearInterval(look)
      closeSync(out)
      if (code !== 0) return reject(new Error(`${command} ended with ${code}`))
      const seconds = (performance.now() - start) / 1000
      resolve({ seconds, cpuSeconds: childCpu(), peakMiB: peak })
    })
  })
}

/** Peak resident memory of a process, MiB; 0 when it has just ended. */
function residentMiB(pid: number): number {
  try {
    return (
      Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
    )
  } catch {
    return 0
  }
}

/** CPU time of the children that ended since, s: what /proc says of this process's waited-for children. */
let childTicks = 0
function childCpu(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ')
  // cutime and cstime of proc_pid_stat(5), in ticks of 1/100 s.
  const ticks = Number(fields[13]) + Number(fields[14])
  const spent = ticks - childTicks
  childTicks = ticks
  return spent / 100
}

/** Parsing and assembling into digests, in this process, without writing anything. */
function readOnly(path: string): Run {
  const data = readFileSync(path)
  const start = performance.now()
  const cpu = process.cpuUsage()
  const parser = new RecordParser()
  const digester = new Digester()
  let sum = 0
  const assembler = new Assembler({ event: (event) => (sum += digester.of(event).pid) })
  const lines = new LineSplitter((bytes, from, to) => {
    assembler.push(parser.line(bytes, from, to) ?? parser.malformed(bytes, from, to, 0))
  })
  for (let at = 0; at < data.length; at += CHUNK) lines.push(data.subarray(at, at + CHUNK))
  lines.end()
  assembler.flush()
  if (sum === 0) throw new Error('nothing was read')
  const used = process.cpuUsage(cpu)
  return {
    seconds: (performance.now() - start) / 1000,
    cpuSeconds: (used.user + used.system) / 1e6,
    peakMiB: 0,
  }
}

const summary = (what: string, records: number, runs: readonly Run[]) => ({
  what,
  records,
  recordsPerSecond: rounded(records / median(runs.map(({ seconds }) => seconds))),
  recordsPerCpuSecond: rounded(records / median(runs.map(({ cpuSeconds }) => cpuSeconds))),
  peakMiB: rounded(Math.max(...runs.map(({ peakMiB }) => peakMiB))),
})

/** Format → what ausearch is told for the same. */
const FORMATS = [
  ['interpret', ['-i']],
  ['csv', ['--format', 'csv']],
] as const

/** Converts a log in both programs, in turn, so that what else the machine does falls on both. */
async function compare(
  folder: string,
  log: string,
  records: number,
  rounds: number,
): Promise<void> {
  const out = join(folder, 'out')
  for (const [format, options] of FORMATS) {
    const peer: Run[] = []
    const own: Run[] = []
    for (let round = 0; round < rounds; round++) {
      peer.push(await runProgram('ausearch', [...options, '-if', log], out))
      own.push(await runProgram(process.execPath, [CLI, 'convert', '-f', format, log], out))
    }
    const theirs = summary(`ausearch ${options.join(' ')}`, records, peer)
    const ours = summary(`convert -f ${format}`, records, own)
    report(theirs)
    report({
      ...ours,
      timesAusearch: rounded(ours.recordsPerSecond / theirs.recordsPerSecond),
      timesAusearchCpu: rounded(ours.recordsPerCpuSecond / theirs.recordsPerCpuSecond),
      format,
    })
  }
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'auditscope-bench-'))
  try {
    const log = join(folder, 'audit.log')
    makeLog(log, RECORDS)
    childCpu()
    await compare(folder, log, RECORDS, ROUNDS)
    report(
      summary(
        'parse, assemble, digest (this process)',
        RECORDS,
        Array.from({ length: ROUNDS }, () => readOnly(log)),
      ),
    )
    makeLog(log, RECORDS * LONGER)
    await compare(folder, log, RECORDS * LONGER, 1)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

void main()
