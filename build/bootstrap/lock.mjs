/** One build at a time in a checkout: two that write the same files would mix them. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}

/**
 * Takes the lock unless a living process holds it.
 * @param {string} file
 */
function tryLock(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
  }
  try {
    const holder = Number(readFileSync(file, 'utf8'))
    if (holder > 0 && !isAlive(holder)) rmSync(file, { force: true })
  } catch {
    // Released in between.
  }
  return false
}

/**
 * @template T
 * @param {string} file
 * @param {() => void} onWait called once when another process holds the lock
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function withLock(file, onWait, action) {
  mkdirSync(dirname(file), { recursive: true })
  for (let waited = false; !tryLock(file); waited = true) {
    if (!waited) onWait()
    await sleep(100)
  }
  try {
    return await action()
  } finally {
    rmSync(file, { force: true })
  }
}
