/** node_modules as the lock file says: `npm ci` when the two differ, nothing otherwise. */
import { readFileSync } from 'node:fs'
import { capture } from './child.mjs'
import { inRoot, root } from './paths.mjs'
import { Stop, step } from './step.mjs'

/** @typedef {Record<string, { version?: string, integrity?: string, optional?: boolean }>} LockedPackages */

/**
 * @param {string} file a lock file of version 3
 * @returns {LockedPackages | undefined} its packages by path; undefined when there is no such file or it is cut short
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}

/**
 * Whether what npm noted as installed is what the lock file asks for. Optional packages may be missing: they are for
 * other platforms.
 * @param {LockedPackages} locked from package-lock.json
 * @param {LockedPackages} installed from node_modules/.package-lock.json, which npm writes last
 */
export function isInstalled(locked, installed) {
  const same = Object.entries(locked).every(([path, wanted]) => {
    if (path === '') return true
    const found = installed[path]
    if (!found) return wanted.optional === true
    return found.version === wanted.version && found.integrity === wanted.integrity
  })
  return same && Object.keys(installed).every((path) => Object.hasOwn(locked, path))
}

/** Installs the dependencies when the lock file changed; no package's install script is run, none is needed. */
export function installDependencies() {
  return step('dependencies', async (say) => {
    const locked = readPackages(inRoot('package-lock.json'))
    if (!locked)
      throw new Stop(
        'package-lock.json cannot be read; restore it with: git checkout package-lock.json',
      )
    const installed = readPackages(inRoot('node_modules/.package-lock.json'))
    if (installed && isInstalled(locked, installed)) return { note: 'up to date', value: undefined }

    say('npm ci')
    const { code, stderr } = await capture(
      'npm',
      ['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
      {
        cwd: root,
      },
    )
    if (code !== 0) {
      console.error(stderr.trimEnd())
      throw new Stop(
        'npm ci failed as shown above; check the connection to the npm registry and run the command again.',
      )
    }
    return { note: `installed ${Object.keys(locked).length - 1} packages`, value: undefined }
  })
}
