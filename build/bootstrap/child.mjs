/** Child processes: run one to its end, quietly or in the user's terminal. */
import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * @typedef {object} Outcome
 * @property {number} code the exit code; 128 + the signal's number would be a shell's convention, here 1 for any signal
 * @property {string} stdout
 * @property {string} stderr
 */

/**
 * Runs a program to its end with its output captured and no standard input. Never rejects for an exit code.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 * @returns {Promise<Outcome>}
 */
export function capture(program, args, { cwd, env, timeoutMs } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env,
      timeout: timeoutMs,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }))
  })
}

/**
 * Runs a program in the user's terminal, in a process group of its own, so that a signal to this process ends the
 * whole family (xvfb-run is a shell script and would not pass it on).
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} the exit code; 1 when a signal ended it
 */
export function attach(program, args, { cwd, env } = {}) {
  return family(spawn(program, args, { cwd, env, stdio: 'inherit', detached: true }))
}

/**
 * The same for a program that runs beside others: what it says is held until it has ended.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ code: number, output: string }>} `output`: stdout and stderr as they came
 */
export async function hold(program, args, { cwd, env } = {}) {
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text))
  const code = await family(child)
  return { code, output }
}

/**
 * Passes signals to this process on to the child's whole family until it ends.
 * @param {import('node:child_process').ChildProcess} child leader of a process group
 * @returns {Promise<number>} the exit code; 1 when a signal ended it
 */
function family(child) {
  return new Promise((resolve, reject) => {
    const passOn = (/** @type {NodeJS.Signals} */ signal) => {
      if (child.pid === undefined) return
      try {
        process.kill(-child.pid, signal)
      } catch {
        // Ended in between.
      }
    }
    const signals = /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
    for (const signal of signals) process.on(signal, passOn)
    const done = () => signals.forEach((signal) => process.off(signal, passOn))
    child.on('error', (error) => {
      done()
      reject(error)
    })
    child.on('close', (code) => {
      done()
      resolve(code ?? 1)
    })
  })
}

/** Where administrators' programs are; an ordinary user's PATH often lacks these. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/sbin', '/usr/bin', '/bin']

/**
 * Finds a program in PATH or in the system's folders.
 * @param {string} name
 * @returns {string | undefined} its absolute path
 */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS]
  return folders
    .filter((folder) => folder.startsWith('/'))
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
