/** Makes the Debian package from the tree, with dpkg-deb alone. */
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { capture } from '../bootstrap/child.mjs'
import { inRoot } from '../bootstrap/paths.mjs'
import { Stop } from '../bootstrap/step.mjs'

/** @typedef {import('./identity.mjs').Identity} Identity */

/** @param {string} folder @returns {string[]} the files below it, relative, sorted */
export function listFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}

/** @param {string} staging @returns {string} what `md5sum` would print: dpkg's own check of what it installed */
function md5sums(staging) {
  const line = (/** @type {string} */ file) =>
    `${createHash('md5')
      .update(readFileSync(join(staging, file)))
      .digest('hex')}  ${file}\n`
  return listFiles(staging).map(line).join('')
}

/** @param {string} staging @returns {number} KiB as deb-control(5) counts them */
const installedSize = (staging) =>
  listFiles(staging).reduce(
    (sum, file) => sum + Math.ceil(statSync(join(staging, file)).size / 1024),
    0,
  )

/**
 * @param {string} staging the tree
 * @param {Identity} identity
 * @param {string} folder where the package is to be
 * @param {string[]} [compression] dpkg-deb's options: by default what every release of Debian and Ubuntu reads, at its fastest
 * @returns {Promise<string>} the package's path
 */
export async function makeDeb(staging, identity, folder, compression = ['-Zxz', '-z1']) {
  const { version, epoch, debArch } = identity
  const sums = md5sums(staging)
  const size = installedSize(staging)
  const meta = join(staging, 'DEBIAN')
  mkdirSync(meta)
  const template = readFileSync(inRoot('build/package/debian/control'), 'utf8')
  const control = template
    .replace('@VERSION@', version)
    .replace('@ARCH@', debArch)
    .replace('@SIZE@', String(size))
  writeFileSync(join(meta, 'control'), control)
  writeFileSync(join(meta, 'md5sums'), sums)
  for (const script of ['postinst', 'postrm']) {
    cpSync(inRoot('build/package/debian', script), join(meta, script))
  }
  for (const [file, mode] of /** @type {const} */ ([
    ['control', 0o644],
    ['md5sums', 0o644],
    ['postinst', 0o755],
    ['postrm', 0o755],
    ['', 0o755],
  ])) {
    chmodSync(join(meta, file), mode)
  }

  const deb = join(folder, `auditscope_${version}_${debArch}.deb`)
  const args = ['--root-owner-group', ...compression, '--build', staging, deb]
  const { code, stderr } = await capture('dpkg-deb', args, {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch) },
  })
  if (code !== 0) throw new Stop(`dpkg-deb failed: ${stderr.trim()}`)
  return deb
}
