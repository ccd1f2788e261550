/**
 * Holds the lock on the machine's audit subsystem for a test process and puts the kernel back when that process ends,
 * whichever way: its end closes our stdin. Started by guard.ts, detached, under flock(1).
 *
 * Says one line of JSON: `{"refused": "why"}` when audit is not idle, else `{"ready": true}`. Given the line "check", it
 * answers what is not as it should be and puts it back.
 */
import { execFileSync } from 'node:child_process'
import { createInterface } from 'node:readline'

/** Settings of an idle kernel, as `auditctl -s` prints them, and the option that sets each. */
const IDLE = [
  { name: 'enabled', value: '0', option: '-e' },
  { name: 'failure', value: '1', option: '-f' },
  { name: 'rate_limit', value: '0', option: '-r' },
  { name: 'backlog_limit', value: '64', option: '-b' },
  { name: 'backlog_wait_time', value: null, option: '--backlog_wait_time' },
]

const auditctl = (/** @type {string[]} */ ...args) =>
  execFileSync('auditctl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

/** @returns {Record<string, string>} */
function readStatus() {
  const lines = auditctl('-s').trim().split('\n')
  return Object.fromEntries(lines.map((line) => line.split(' ', 2)))
}

const waitTime = readStatus().backlog_wait_time ?? ''

/** What differs from an idle kernel, in words; empty when nothing does. */
function differences() {
  const status = readStatus()
  const settings = IDLE.flatMap(({ name, value }) => {
    const wanted = value ?? waitTime
    return status[name] === wanted ? [] : [`${name} is ${status[name]}, not ${wanted}`]
  })
  const daemon = status.pid === '0' ? [] : [`process ${status.pid} is the audit daemon`]
  const rules = auditctl('-l').trim()
  return [...settings, ...daemon, ...(rules === 'No rules' ? [] : [`there are rules: ${rules}`])]
}

/** Ends a registered daemon (a test's helper, or its C drain) and sets everything as on an idle kernel. */
function restore() {
  const { pid = '0' } = readStatus()
  if (pid !== '0') {
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It has gone already.
    }
    // The kernel notices that a daemon is dead when it has a record for it: a change while auditing is on makes one.
    auditctl('-e', '1')
    auditctl('-b', '64')
    for (let i = 0; i < 20 && readStatus().pid !== '0'; i++) pause(100)
  }
  auditctl('-D')
  for (const { option, value } of IDLE) auditctl(option, value ?? waitTime)
}

const say = (/** @type {unknown} */ answer) => process.stdout.write(`${JSON.stringify(answer)}\n`)
/** Time that a test's own processes get to put everything back by themselves, ms. */
const GRACE = 2500
const pause = (/** @type {number} */ ms) =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

// A terminal's Ctrl-C goes to the whole group; the kernel must be put back all the same.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined)
process.stdout.on('error', () => undefined)

const before = differences()
if (before.length > 0) {
  say({ refused: `audit is not idle: ${before.join('; ')}` })
  process.exit(0)
}
say({ ready: true })
for await (const line of createInterface({ input: process.stdin })) {
  if (line !== 'check') continue
  const found = differences()
  if (found.length > 0) restore()
  say({ differences: found })
}
if (differences().length > 0) {
  pause(GRACE)
  if (differences().length > 0) restore()
}
