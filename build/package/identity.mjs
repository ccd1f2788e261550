/** What a package is made of and for: its version, its time stamp, the architecture's names. */
import { readFileSync } from 'node:fs'
import { capture, findProgram } from '../bootstrap/child.mjs'
import { inRoot, root } from '../bootstrap/paths.mjs'

/**
 * @typedef {object} Identity
 * @property {string} version of the package; says so when it holds a runtime that is not for release
 * @property {number} epoch seconds since 1970: of the last commit, so that two builds of one commit are equal
 * @property {string} date the same as YYYY-MM-DD
 * @property {string} debArch Debian's name of the architecture
 */

/** Node's name of an architecture → Debian's. */
const DEBIAN_ARCH = /** @type {Record<string, string>} */ ({
  x64: 'amd64',
  arm64: 'arm64',
  arm: 'armhf',
})

/** The reproducible-builds.org convention: SOURCE_DATE_EPOCH, else the last commit's time, else the licence's year. */
async function sourceDate() {
  if (process.env.SOURCE_DATE_EPOCH) return Number(process.env.SOURCE_DATE_EPOCH)
  const git = findProgram('git')
  const asked = git && (await capture(git, ['log', '-1', '--format=%ct'], { cwd: root }))
  return asked && asked.code === 0 ? Number(asked.stdout.trim()) : Date.UTC(2026, 0, 1) / 1000
}

/**
 * @param {import('../bootstrap/electron.mjs').Electron} electron
 * @returns {Promise<Identity>}
 */
export async function identify(electron) {
  const manifest = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'))
  const epoch = await sourceDate()
  const isReleasable = electron.version === manifest.devDependencies.electron
  return {
    version: isReleasable
      ? manifest.version
      : `${manifest.version}~dev+electron${electron.version}`,
    epoch,
    date: new Date(epoch * 1000).toISOString().slice(0, 10),
    debArch: DEBIAN_ARCH[process.arch] ?? process.arch,
  }
}
