/**
 * The real auditctl as an oracle, without a kernel: it runs with fake-kernel.c in place of netlink, inside a user namespace
 * of its own, where even a message that slipped through would be refused.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SOURCE = fileURLToPath(new URL('fake-kernel.c', import.meta.url))
/** Netlink message types (linux/audit.h). */
const AUDIT_SET = 1001
const AUDIT_ADD_RULE = 1011
const AUDIT_DEL_RULE = 1012
/** AUDIT_STATUS_RATE_LIMIT, and its place in struct audit_status. */
const STATUS_RATE_LIMIT = 8
const RATE_LIMIT_OFFSET = 16

/** One message that auditctl sent. */
export interface Sent {
  type: number
  payload: Uint8Array
}

/** What auditctl did with a line: the rule's payload that it sent, or null when it sent no rule. */
export interface Verdict {
  operation: 'add' | 'delete'
  /** Payload of the netlink message, padded to 4 bytes as libaudit does. */
  payload: Uint8Array
}

export class Auditctl {
  private readonly folder = mkdtempSync(join(tmpdir(), 'auditscope-auditctl-'))
  private readonly library = join(this.folder, 'fake-kernel.so')

  constructor() {
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', this.library, SOURCE])
  }

  /** Deletes what this oracle made. */
  close(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Runs auditctl; what it prints and what it sent. `rules` are what the kernel says it has. */
  run(
    args: readonly string[],
    rules: readonly Uint8Array[] = [],
  ): { stdout: string; stderr: string; sent: Sent[] } {
    const log = join(this.folder, 'log')
    const listed = join(this.folder, 'rules')
    writeFileSync(log, '')
    writeFileSync(listed, Buffer.concat(rules.flatMap((rule) => [u32(rule.length), rule])))
    const result = spawnSync(
      'unshare',
      [
        '--user',
        '--map-root-user',
        '--net',
        'env',
        `LD_PRELOAD=${this.library}`,
        'auditctl',
        ...args,
      ],
      {
        encoding: 'latin1',
        maxBuffer: 2 ** 28,
        env: { ...process.env, FAKE_KERNEL_LOG: log, FAKE_KERNEL_RULES: listed },
      },
    )
    if (result.error) throw result.error
    const sent = readLog(readFileSync(log))
    const [hello, ...messages] = sent.filter(({ type }, index) => type !== 0 || index === 0)
    if (hello?.type !== 0) throw new Error(`auditctl ran without the fake kernel: ${result.stderr}`)
    return { stdout: result.stdout, stderr: result.stderr, sent: messages }
  }

  /** Loads lines as a rules file, going on after errors, and says what became of each. */
  load(lines: readonly string[]): (Verdict | null)[] {
    const file = join(this.folder, 'lines.rules')
    // A rate limit before each line marks in the log where the line begins.
    const text = lines.map((line, index) => `-r ${index + 1}\n${line}\n`).join('')
    writeFileSync(file, `-i\n${text}`, { mode: 0o600, encoding: 'utf8' })
    const verdicts: (Verdict | null)[] = lines.map(() => null)
    let line = -1
    for (const { type, payload } of this.run(['-R', file]).sent) {
      const marked = markOf(type, payload)
      if (marked === line + 2) line++
      else if (type === AUDIT_ADD_RULE || type === AUDIT_DEL_RULE)
        verdicts[line] = { operation: type === AUDIT_ADD_RULE ? 'add' : 'delete', payload }
    }
    if (line !== lines.length - 1) throw new Error(`auditctl stopped at line ${line + 1}`)
    return verdicts
  }

  /**
   * What `auditctl -l` prints for each rule, byte by byte as Latin-1. auditctl 3.0.9 remembers the architecture of the rule
   * before and takes it for that of a rule without one; a rule of the native architecture before each prevents that.
   */
  print(rules: readonly Uint8Array[]): string[] {
    const [separator] = this.load(['-a always,exit -F arch=b64 -S read'])
    const listed = rules.flatMap((rule) => [separator!.payload, rule])
    const lines = this.run(['-l'], listed).stdout.split('\n')
    return rules.map((_, index) => lines[index * 2 + 1] ?? '')
  }
}

function markOf(type: number, payload: Uint8Array): number | null {
  const view = new DataView(payload.buffer, payload.byteOffset)
  return type === AUDIT_SET && view.getUint32(0, true) === STATUS_RATE_LIMIT
    ? view.getUint32(RATE_LIMIT_OFFSET, true)
    : null
}

function readLog(bytes: Buffer): Sent[] {
  const sent: Sent[] = []
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32LE(at + 4)
    sent.push({ type: bytes.readUInt32LE(at), payload: bytes.subarray(at + 8, at + 8 + length) })
    at += 8 + length
  }
  return sent
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
