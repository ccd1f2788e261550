/** What the machine lacks: installed through apt by root on Debian and its relatives, else named in one command. */
import { existsSync, readdirSync } from 'node:fs'
import { capture, findProgram } from './child.mjs'
import { REQUIREMENTS } from './requirements.mjs'
import { Stop, step } from './step.mjs'

/** @typedef {import('./requirements.mjs').Requirement} Requirement */
/** @typedef {import('./requirements.mjs').Purpose} Purpose */

const FONT_FOLDERS = ['/usr/share/fonts', '/usr/local/share/fonts']

/** Whether any outline font is installed; without one Chromium draws empty boxes. */
const hasFont = () =>
  FONT_FOLDERS.some(
    (folder) =>
      existsSync(folder) &&
      readdirSync(folder, { recursive: true }).some((name) =>
        /\.(ttf|otf|ttc)$/i.test(String(name)),
      ),
  )

/** The sonames that the dynamic linker knows. */
async function knownLibraries() {
  const { stdout } = await capture(findProgram('ldconfig') ?? 'ldconfig', ['-p'])
  return new Set(stdout.split('\n').map((line) => line.trim().split(' ')[0]))
}

/**
 * @param {Purpose[]} purposes
 * @param {Requirement[]} requirements
 * @returns {Promise<Requirement[]>} what is not there, of what these purposes need
 */
export async function findMissing(purposes, requirements = REQUIREMENTS) {
  const libraries = await knownLibraries()
  const isThere = {
    library: (/** @type {string} */ name) => libraries.has(name),
    program: (/** @type {string} */ name) => findProgram(name) !== undefined,
    file: (/** @type {string} */ name) => existsSync(name),
    font: hasFont,
  }
  return requirements.filter(
    (requirement) =>
      requirement.purposes.some((purpose) => purposes.includes(purpose)) &&
      ![requirement.name, requirement.or].some(
        (name) => name !== undefined && isThere[requirement.kind](name),
      ),
  )
}

/**
 * Picks for each requirement the package that this distribution's release has.
 * @param {Requirement[]} missing
 */
async function choosePackages(missing) {
  const candidates = [...new Set(missing.flatMap((requirement) => requirement.packages))]
  const { stdout } = await capture('apt-cache', ['policy', ...candidates])
  const known = new Set(
    [...stdout.matchAll(/^(\S+):\n(?:.*\n)*?\s+Candidate: (\S+)/gm)]
      .filter(([, , version]) => version !== '(none)')
      .map(([, name]) => name),
  )
  const chosen = missing.map(
    ({ packages }) => packages.find((name) => known.has(name)) ?? packages.at(-1),
  )
  return [...new Set(chosen)]
}

const APT = ['-y', '-q', '-o', 'DPkg::Lock::Timeout=300']

/**
 * @param {Requirement[]} missing
 * @param {(doing: string) => void} say
 * @returns {Promise<(string | undefined)[]>} the packages that were installed
 */
async function installWithApt(missing, say) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1' }
  say('apt-get update')
  await capture('apt-get', [...APT, 'update'], { env })
  const packages = await choosePackages(missing)
  say(`apt-get install ${packages.join(' ')}`)
  const install = /** @type {string[]} */ (['install', '--no-install-recommends', ...packages])
  const { code, stdout, stderr } = await capture('apt-get', [...APT, ...install], { env })
  if (code !== 0) {
    console.error(`${stdout}${stderr}`.trimEnd())
    throw new Stop('apt-get failed as shown above; repair that and run the command again.')
  }
  return packages
}

/**
 * Makes sure that everything for these purposes is on the machine.
 * @param {Purpose[]} purposes
 */
export function installSystem(purposes) {
  return step('system', async (say) => {
    const missing = await findMissing(purposes)
    if (missing.length === 0) return { note: 'has all that is needed', value: undefined }

    const names = missing.map(({ name }) => name).join(', ')
    if (!findProgram('apt-get')) {
      throw new Stop(
        `This machine lacks ${names}; install them with its package manager and run the command again.`,
      )
    }
    if (process.getuid?.() !== 0) {
      const packages = await choosePackages(missing)
      throw new Stop(
        `This machine lacks ${names}; run: sudo apt-get update && sudo apt-get install --no-install-recommends ${packages.join(' ')}`,
      )
    }
    const installed = await installWithApt(missing, say)
    const still = await findMissing(purposes)
    if (still.length > 0) {
      throw new Stop(
        `apt-get installed the packages, but ${still.map(({ name }) => name).join(', ')} cannot be found.`,
      )
    }
    return { note: `installed ${installed.length} packages`, value: undefined }
  })
}
