/**
 * `npm run bench store`: the store on one core, with machine-made events in the layouts of real ones. JSON lines. The peer
 * in the same run is a plain loop over the same bytes that only cuts lines: what no indexer can beat.
 *
 *     npm run bench store [-- --part live|file --events N --bytes N --folder DIR --query TEXT]
 */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { recordCount } from '@native/audit/netlink/records-frame'
import { linesOf } from '../../electron/store/raw/lines'
import { AuditStream } from '../support/audit-stream'
import { Replay } from '../support/replay'
import { numberOption, option, report, rounded } from './lib/report'
import { cpuSeconds, FRAME_EVENTS, megabytes, processMemory, StoreBench } from './lib/store-bench'

const EVENTS = numberOption('events', 10_000_000)
const FILE_BYTES = numberOption('bytes', 1_000_000_000)
/** Different frames: what comes after them is the same with later stamps. */
const FRAMES = 60
/** Frames that are made and thrown away, to know what making them takes. */
const MADE_FRAMES = 500

const QUERIES = [
  'syscall=unlink and success=no',
  'syscall=unlink and (user=1003 or exe~"^/usr/sbin/") and not key=access',
  'path~"^/etc/"',
  'comm=prog7',
  'auid=1001 and exit=EACCES',
  'pid>3000 and pid<3100',
  'file4242.txt',
]
const SUMMARIES = ['syscall', 'key', 'user', 'file', 'process', 'result'] as const

/** Lines cut and thrown away: records a CPU second. */
function peer(frames: readonly Uint8Array[]): number {
  const before = cpuSeconds()
  let records = 0
  for (const frame of frames) {
    const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength)
    for (let at = bytes.indexOf(0x29); at >= 0; at = bytes.indexOf(0x29, at + 1)) records++
  }
  return records / (cpuSeconds() - before)
}

/** CPU time that making the frame of one record takes, s. */
function makingSeconds(): number {
  const replay = newReplay()
  const before = cpuSeconds()
  let records = 0
  for (let made = 0; made < MADE_FRAMES; made++) records += recordCount(replay.next())
  return (cpuSeconds() - before) / records
}

const newReplay = () => new Replay(new AuditStream({ interleave: 40 }), FRAMES, FRAME_EVENTS)

async function live(folder: string): Promise<void> {
  const replay = newReplay()
  const cutting = Math.round(peer(replay.frames))
  report({ bench: 'store', what: 'peer, cutting only', recordsPerCpuSecond: cutting })
  const making = makingSeconds()
  const bench = new StoreBench(folder)
  await bench.ingest(replay, EVENTS, making)
  const session = bench.store.session(0)!
  const events = session.index.next
  globalThis.gc?.()
  report({
    bench: 'store',
    what: 'memory',
    events,
    accountedMiB: megabytes(session.bytes),
    bytesPerEvent: rounded(session.bytes / events),
    ...processMemory(),
  })
  const only = option('query', '')
  for (const query of only === '' ? QUERIES : [only]) await bench.query(query)
  await bench.cancel('file4243.txt')
  for (const by of SUMMARIES) {
    const args = { session: 0, by, query: '', range: {}, limit: 100 }
    await bench.timed(`summary by ${by}`, 'summary', args)
  }
  const { from, to } = session.timeRange!
  const strip = { session: 0, by: 'key' as const, query: '', steps: 800, top: 8 }
  await bench.timed('series by key', 'series', { ...strip, range: { from, to } })
  await bench.timed('500 rows', 'rows', { session: 0, from: Math.floor(events / 2), count: 500 })
  report({ bench: 'store', what: 'memory in the end', events, ...processMemory() })
  await bench.close()
}

/** Writes an audit.log of about so many bytes. */
function writeLog(file: string, bytes: number): number {
  const replay = newReplay()
  const descriptor = openSync(file, 'w', 0o600)
  let written = 0
  while (written < bytes) written += writeSync(descriptor, linesOf(replay.next()).lines)
  closeSync(descriptor)
  return written
}

/** Opens a large log: when there are rows, and when it has been read. */
async function file(folder: string): Promise<void> {
  const log = path.join(folder, 'audit.log')
  const bytes = writeLog(log, FILE_BYTES)
  const bench = new StoreBench(path.join(folder, 'data'))
  await bench.store.settle()
  bench.store.host({ kind: 'grant', path: log, access: 'read' })
  const begun = performance.now()
  const cpu = cpuSeconds()
  const { session: id } = await bench.ask('sessions.open', { paths: [log] })
  const session = bench.store.session(id)!
  while ((await bench.ask('rows', { session: id, from: 0, count: 50 })).rows.length === 0)
    await new Promise((resolve) => setImmediate(resolve))
  const firstRowsMs = performance.now() - begun
  await bench.store.files.finished(session)
  const ms = performance.now() - begun
  const { records } = session.indexer.counts
  report({
    bench: 'store',
    what: 'open a file',
    bytes,
    records,
    events: session.index.next,
    firstRowsMs: rounded(firstRowsMs),
    seconds: rounded(ms / 1000),
    cpuSeconds: rounded(cpuSeconds() - cpu),
    recordsPerSecond: Math.round((records * 1000) / ms),
    ...processMemory(),
  })
  await bench.close()
}

const PARTS = { live, file }

async function main(): Promise<void> {
  const wanted = option('part', '')
  for (const [name, part] of Object.entries(PARTS)) {
    if (wanted !== '' && wanted !== name) continue
    const folder = mkdtempSync(path.join(option('folder', tmpdir()), 'auditscope-bench-'))
    try {
      await part(folder)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

void main().then(() => process.exit(0))
