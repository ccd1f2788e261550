/** What the package is made of: Electron, and every npm package of which code is in a bundle or beside it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inRoot } from '../bootstrap/paths.mjs'
import { BUNDLED_LISTS } from './bundled.mjs'

/**
 * @typedef {object} Component
 * @property {string} name
 * @property {string} version
 * @property {string} license SPDX
 * @property {string} purl package URL (github.com/package-url/purl-spec)
 * @property {string} [sha512] hex, of the registry's archive
 * @property {string} licenseText
 */

/** Shipped beside the bundles rather than in one (runtime.mjs). */
const SHIPPED = ['node_modules/koffi', `node_modules/@koromix/koffi-linux-${process.arch}`]

const LICENSE_FILE = /^(licen[cs]e|copying)([.-].*)?$/i

/** @param {string} folder @returns {string} the text of its licence files; empty when it has none */
function licenseTextOf(folder) {
  return readdirSync(folder)
    .filter((file) => LICENSE_FILE.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim())
    .join('\n\n')
}

/**
 * @param {string} path as in the lock file
 * @param {Record<string, { integrity?: string }>} locked
 * @returns {Component}
 */
function npmComponent(path, locked) {
  const { name, version, license } = JSON.parse(readFileSync(inRoot(path, 'package.json'), 'utf8'))
  const integrity = locked[path]?.integrity ?? ''
  return {
    name,
    version,
    license,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    sha512: integrity.startsWith('sha512-')
      ? Buffer.from(integrity.slice(7), 'base64').toString('hex')
      : undefined,
    licenseText: licenseTextOf(inRoot(path)),
  }
}

/** @param {import('../bootstrap/electron.mjs').Electron} electron @returns {Component} */
function electronComponent({ dist, version }) {
  const file = ['LICENSE', 'LICENSE.electron.txt'].map((name) => join(dist, name)).find(existsSync)
  return {
    name: 'electron',
    version,
    license: 'MIT',
    purl: `pkg:github/electron/electron@v${version}`,
    licenseText: `${file ? readFileSync(file, 'utf8').trim() : ''}\n\nThe licences of Chromium and of what it contains are in /opt/auditscope/LICENSES.chromium.html.`,
  }
}

/**
 * @param {import('../bootstrap/electron.mjs').Electron} electron
 * @returns {Component[]} sorted by name
 */
export function listComponents(electron) {
  const folder = inRoot(BUNDLED_LISTS)
  const bundled = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')))
  const locked = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8')).packages
  const packages = [...new Set([...bundled, ...SHIPPED])].map((path) => npmComponent(path, locked))
  const all = [electronComponent(electron), ...packages]
  return all.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}
