/** Builds what changed since the last build, judged by content. `npm run build` is this and nothing else. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { TARGETS } from '../targets.mjs'
import { installDependencies } from './dependencies.mjs'
import { fingerprint } from './fingerprint.mjs'
import { withLock } from './lock.mjs'
import { inRoot, root } from './paths.mjs'
import { Stop, step } from './step.mjs'

/** @typedef {import('../targets.mjs').Target} Target */

const FINGERPRINTS = inRoot('out/.fingerprints.json')

/** @returns {Record<string, string>} target → the fingerprint it was last built from */
function readFingerprints() {
  try {
    return JSON.parse(readFileSync(FINGERPRINTS, 'utf8'))
  } catch {
    return {}
  }
}

/** @param {Target} target */
const key = ({ builder, name }) => `${builder}/${name}`

/**
 * @param {Target} target
 * @param {Record<string, string>} built
 */
const isUpToDate = (target, built) =>
  built[key(target)] === fingerprint(root, target.inputs) &&
  target.outputs.every((output) => existsSync(inRoot(output)))

/** @param {Target} target */
async function buildTarget(target) {
  if (target.builder === 'native' || target.builder === 'bench') {
    const { buildNative } = await import('../native.mjs')
    const bundlePackages = target.builder === 'native'
    for (const [i, entry] of target.entries.entries()) {
      await buildNative({ root, entry, output: target.outputs[i] ?? '', bundlePackages })
    }
    return
  }
  process.env.NODE_ENV_ELECTRON_VITE = 'production'
  const [{ build }, { resolveConfig }] = await Promise.all([
    import('vite'),
    import('electron-vite'),
  ])
  const { config } = await resolveConfig({ root, logLevel: 'warn' }, 'build', 'production')
  await build(/** @type {import('vite').InlineConfig} */ (config?.[target.builder]))
}

/**
 * @param {Target} target
 * @returns {Promise<boolean>} false when it failed, which was said
 */
async function buildAndNote(target) {
  const before = fingerprint(root, target.inputs)
  try {
    await buildTarget(target)
    writeFileSync(
      FINGERPRINTS,
      JSON.stringify({ ...readFingerprints(), [key(target)]: before }, null, 2),
    )
    return true
  } catch (error) {
    console.error(`\n${target.name}: ${error instanceof Error ? error.message : error}\n`)
    return false
  }
}

/**
 * Builds those of the targets that are not up to date, every one even when another fails.
 * @param {Target[]} targets
 */
export function build(targets) {
  return step('build', (say) =>
    withLock(
      inRoot('out/.lock'),
      () => say('waiting for another build of this checkout'),
      async () => {
        const built = readFingerprints()
        const stale = targets.filter((target) => !isUpToDate(target, built))
        if (stale.length === 0) return { note: 'up to date', value: undefined }
        const missing = stale
          .flatMap(({ entries }) => entries)
          .find((entry) => !existsSync(inRoot(entry)))
        if (missing)
          throw new Stop(`${missing} is missing; restore it with: git checkout ${missing}`)
        const failed = []
        for (const target of stale) {
          say(target.name)
          if (!(await buildAndNote(target))) failed.push(target.name)
        }
        if (failed.length > 0)
          throw new Stop(`${failed.join(', ')} did not build; correct the errors shown above.`)
        return { note: `built ${stale.map(({ name }) => name).join(', ')}`, value: undefined }
      },
    ),
  )
}

/** @param {string[]} args `--clean` builds everything anew */
export async function run(args) {
  const unknown = args.find((arg) => arg !== '--clean')
  if (unknown) throw new Stop(`"npm run build" knows only --clean, not ${unknown}.`, 2)
  if (args.includes('--clean')) rmSync(inRoot('out'), { recursive: true, force: true })
  await installDependencies()
  await build(TARGETS)
  return 0
}
