/** `npm run package`: builds everything and makes the Debian package in dist/. */
import { TARGETS } from '../targets.mjs'
import { build } from './build.mjs'
import { installDependencies } from './dependencies.mjs'
import { findElectron } from './electron.mjs'
import { Stop } from './step.mjs'
import { installSystem } from './system.mjs'

/**
 * @param {string[]} args none
 * @returns {Promise<number>} the exit code
 */
export async function run(args) {
  if (args.length > 0) throw new Stop(`"npm run package" takes no argument, not ${args[0]}.`, 2)
  await installDependencies()
  await installSystem(['package'])
  const electron = await findElectron()
  await build(TARGETS)
  throw new Stop(`Packaging with Electron ${electron.version} is not written yet.`)
}
