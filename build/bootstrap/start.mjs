/** `npm start`: sets everything up and opens the app; under Xvfb where there is no display. */
import { attach } from './child.mjs'
import { build } from './build.mjs'
import { installDependencies } from './dependencies.mjs'
import { electronEnvironment, findElectron } from './electron.mjs'
import { TARGETS } from '../targets.mjs'
import { root, userFolder } from './paths.mjs'
import { total } from './step.mjs'
import { installSystem } from './system.mjs'

/** The virtual screen of a machine without one. */
const XVFB_SCREEN = '-screen 0 2560x1600x24 -nolisten tcp'

/** Whether there is a display to open a window on. */
export const hasDisplay = () => Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)

/**
 * @param {string} program
 * @param {string[]} args
 * @returns {[string, string[]]} the command under a virtual display of its own, with an authority cookie
 */
export const underXvfb = (program, args) => [
  'xvfb-run',
  ['-a', '-s', XVFB_SCREEN, program, ...args],
]

/**
 * Chromium’s switches that the surroundings ask for. Without a display there is no desktop bus either, which it would complain about.
 * @param {{ isRoot: boolean, isHeadless: boolean }} surroundings
 */
export const chromiumSwitches = ({ isRoot, isHeadless }) => [
  ...(isRoot ? ['--no-sandbox'] : []),
  ...(isHeadless ? ['--disable-gpu', '--log-level=3'] : []),
]

/** @param {string[]} args passed on to the app */
export async function run(args) {
  const isHeadless = !hasDisplay()
  await installDependencies()
  await installSystem(isHeadless ? ['window', 'headless'] : ['window'])
  const electron = await findElectron()
  await build(TARGETS)

  const switches = chromiumSwitches({ isRoot: process.getuid?.() === 0, isHeadless })
  const command = /** @type {[string, string[]]} */ ([
    electron.executable,
    [...switches, root, ...args],
  ])
  if (isHeadless)
    console.log(
      '  display       none (neither DISPLAY nor WAYLAND_DISPLAY is set): running under Xvfb',
    )
  console.log(`  start         ready after ${total()}`)
  const [program, programArgs] = isHeadless ? underXvfb(...command) : command
  return attach(program, programArgs, { cwd: userFolder(), env: electronEnvironment(electron) })
}
