/** The tree that the package installs, below a staging folder: the files in build/package/root, and what is built. */
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  lutimesSync,
  writeFileSync,
  chmodSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { inRoot } from '../bootstrap/paths.mjs'
import { cliReference } from './cli-reference.mjs'
import { listComponents } from './components.mjs'
import { makeRuntime } from './runtime.mjs'
import { cycloneDx, licenseTexts } from './sbom.mjs'

/** @typedef {import('./identity.mjs').Identity} Identity */

/** Files of build/package/root with placeholders. */
const FILLED_IN = ['usr/share/metainfo/org.auditscope.Auditscope.metainfo.xml']

/**
 * Puts the version and the date where a text has their placeholders.
 * @param {string} text
 * @param {Identity} identity
 */
export const fillIn = (text, { version, date }) =>
  text.replaceAll('@VERSION@', version).replaceAll('@DATE@', date)

/** @param {string} file @param {string | Buffer} content */
function write(file, content) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

/** @param {string} text without a time stamp inside */
const gzip = (text) => gzipSync(text, { level: 9 })

/**
 * Man pages, completion, licences and the bill of materials.
 * @param {string} staging
 * @param {Identity} identity
 * @param {import('../bootstrap/electron.mjs').Electron} electron
 */
async function writeDocuments(staging, identity, electron) {
  const share = join(staging, 'usr/share')
  const reference = await cliReference()
  for (const page of ['auditscope.1', 'auditscope-gui.1', 'auditscope-helper.8']) {
    const source = readFileSync(inRoot('build/package/man', page), 'utf8')
    const text = fillIn(source, identity).replace('@COMMANDS@\n', reference.manual)
    write(join(share, `man/man${page.slice(-1)}`, `${page}.gz`), gzip(text))
  }
  write(join(share, 'bash-completion/completions/auditscope'), reference.bash)
  write(join(share, 'zsh/vendor-completions/_auditscope'), reference.zsh)
  write(join(share, 'fish/vendor_completions.d/auditscope.fish'), reference.fish)

  const components = listComponents(electron)
  const documents = join(share, 'doc/auditscope')
  write(join(documents, 'sbom.cdx.json'), cycloneDx(components, identity))
  write(
    join(documents, 'copyright'),
    fillIn(readFileSync(inRoot('build/package/debian/copyright'), 'utf8'), identity),
  )
  write(
    join(documents, 'licenses.gz'),
    gzip(licenseTexts(components, readFileSync(inRoot('LICENSE'), 'utf8'))),
  )
  write(join(documents, 'changelog.gz'), gzip(changelog(identity)))
}

/** @param {Identity} identity @returns {string} Debian's form of a changelog, the one entry that this version is */
function changelog({ version, epoch }) {
  const date = new Date(epoch * 1000).toUTCString().replace('GMT', '+0000')
  return `auditscope (${version}) stable; urgency=medium\n\n  * Version ${version}.\n\n -- Auditscope <maintainers@auditscope.org>  ${date}\n`
}

/** Loaded, or run through the wrappers in /usr/bin. */
const NEVER_EXECUTED = /\.(so(\.\d+)?|cjs)$/

/**
 * Everything gets the modes and the time of a release, whatever the umask and the clock of this machine.
 * @param {string} path
 * @param {number} epoch s
 */
export function normalise(path, epoch) {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name)
    if (entry.isDirectory()) normalise(child, epoch)
    else if (entry.isSymbolicLink()) lutimesSync(child, epoch, epoch)
    else {
      const { mode } = statSync(child)
      const isProgram = (mode & 0o100) !== 0 && !NEVER_EXECUTED.test(entry.name)
      chmodSync(child, (mode & 0o7000) | (isProgram ? 0o755 : 0o644))
      utimesSync(child, epoch, epoch)
    }
  }
  chmodSync(path, 0o755)
  utimesSync(path, epoch, epoch)
}

/**
 * @param {string} staging emptied first
 * @param {Identity} identity
 * @param {import('../bootstrap/electron.mjs').Electron} electron
 */
export async function makeTree(staging, identity, electron) {
  rmSync(staging, { recursive: true, force: true })
  cpSync(inRoot('build/package/root'), staging, { recursive: true })
  for (const file of FILLED_IN) {
    const path = join(staging, file)
    writeFileSync(path, fillIn(readFileSync(path, 'utf8'), identity))
  }
  await makeRuntime(electron, join(staging, 'opt/auditscope'))
  await writeDocuments(staging, identity, electron)
  normalise(staging, identity.epoch)
}
