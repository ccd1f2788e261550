/** `npm run bench [NAME] [-- arguments]`: builds and runs one benchmark or all; each prints JSON lines. */
import { benchTargets, TARGETS } from '../targets.mjs'
import { auditToolsPath } from './audit-tools.mjs'
import { attach } from './child.mjs'
import { build } from './build.mjs'
import { installDependencies } from './dependencies.mjs'
import { electronEnvironment, findElectron } from './electron.mjs'
import { inRoot, root } from './paths.mjs'
import { hasDisplay, underXvfb } from './start.mjs'
import { Stop, step } from './step.mjs'
import { installSystem } from './system.mjs'

/** @param {string[]} args a benchmark's name first, unless all are meant; the rest goes to the benchmark */
export async function run(args) {
  const all = benchTargets(root)
  const [first] = args
  const named = first !== undefined && !first.startsWith('-')
  const chosen = named ? all.filter(({ name }) => name === first) : all
  if (chosen.length === 0) {
    const names = all.map(({ name }) => name).join(', ')
    throw new Stop(
      named
        ? `There is no benchmark ${first}; there are: ${names}.`
        : 'test/bench holds no benchmark.',
      2,
    )
  }
  await installDependencies()
  await installSystem(['window', 'headless', 'test'])
  const PATH = await step('audit tools', auditToolsPath)
  const electron = await findElectron()
  await build([...TARGETS, ...chosen])

  const env = { ...electronEnvironment(electron), PATH }
  const rest = named ? args.slice(1) : args
  let failures = 0
  for (const { name, outputs } of chosen) {
    console.log(`\n  ${name}`)
    const command = /** @type {[string, string[]]} */ ([
      process.execPath,
      [inRoot(outputs[0] ?? ''), ...rest],
    ])
    const code = await attach(...(hasDisplay() ? command : underXvfb(...command)), {
      cwd: root,
      env,
    })
    if (code !== 0) failures++
  }
  return failures === 0 ? 0 : 1
}
