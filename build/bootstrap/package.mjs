/** `npm run package`: builds everything, and makes the Debian package, the archive and the bill of materials in dist/. */
import { createHash } from 'node:crypto'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { CLI_REFERENCE, TARGETS } from '../targets.mjs'
import { build } from './build.mjs'
import { capture, findProgram } from './child.mjs'
import { installDependencies } from './dependencies.mjs'
import { findElectron } from './electron.mjs'
import { inRoot } from './paths.mjs'
import { Stop, step } from './step.mjs'
import { installSystem } from './system.mjs'

/** In the package's tree. */
const SBOM = 'usr/share/doc/auditscope/sbom.cdx.json'

/** @param {string} file @returns {string} its size for a person */
const megabytes = (file) => `${(statSync(file).size / 1e6).toFixed(1)} MB`

/** @param {string[]} files @returns {string} what `sha256sum` would print */
const checksums = (files) =>
  files
    .map(
      (file) =>
        `${createHash('sha256').update(readFileSync(file)).digest('hex')}  ${basename(file)}\n`,
    )
    .join('')

/**
 * Debian's own check, where it is installed: an error that is not explained in the package's overrides ends the run.
 * @param {string} deb
 */
async function checkPackage(deb) {
  const lintian = findProgram('lintian')
  if (!lintian) return { note: 'is not installed: the package was not checked', value: undefined }
  const { code, stdout } = await capture(lintian, ['--fail-on', 'error', '--allow-root', deb])
  if (code !== 0) throw new Stop(`lintian finds fault with the package:\n${stdout}`)
  return { note: 'finds no error', value: undefined }
}

/** @param {string[]} args none */
export async function run(args) {
  if (args.length > 0) throw new Stop(`"npm run package" takes no argument, not ${args[0]}.`, 2)
  await installDependencies()
  await installSystem(['package'])
  const electron = await findElectron()
  await build([...TARGETS, CLI_REFERENCE])

  const { identify } = await import('../package/identity.mjs')
  const { makeTree } = await import('../package/tree.mjs')
  const { makeTarball } = await import('../package/tarball.mjs')
  const { makeDeb } = await import('../package/deb.mjs')
  const { sbomProblems } = await import('../package/sbom-check.mjs')
  const identity = await identify(electron)
  const staging = mkdtempSync(join(tmpdir(), 'auditscope-package-'))
  rmSync(inRoot('dist'), { recursive: true, force: true })
  mkdirSync(inRoot('dist'))
  try {
    await step('tree', async () => {
      await makeTree(staging, identity, electron)
      const problems = sbomProblems(JSON.parse(readFileSync(join(staging, SBOM), 'utf8')))
      if (problems.length > 0)
        throw new Stop(`The bill of materials is wrong:\n${problems.join('\n')}`)
      return { note: `Auditscope ${identity.version}`, value: undefined }
    })
    const tarball = await step('archive', async () => {
      const file = await makeTarball(staging, identity)
      return { note: `dist/${basename(file)}, ${megabytes(file)}`, value: file }
    })
    const deb = await step('deb', async () => {
      const file = await makeDeb(staging, identity, inRoot('dist'))
      return { note: `dist/${basename(file)}, ${megabytes(file)}`, value: file }
    })
    await step('lintian', () => checkPackage(deb))
    const sbom = inRoot('dist/sbom.cdx.json')
    cpSync(join(staging, SBOM), sbom)
    writeFileSync(inRoot('dist/SHA256SUMS'), checksums([deb, tarball, sbom]))
  } finally {
    rmSync(staging, { recursive: true })
  }
  return 0
}
