/**
 * `npm test`: set-up, build, then every check and every test, in lanes beside each other. What touches the machine's
 * kernel has one lane, because there is one kernel; it mostly waits.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { CLI_REFERENCE, TARGETS } from '../targets.mjs'
import { auditToolsPath } from './audit-tools.mjs'
import { build } from './build.mjs'
import { runChecks } from './checks.mjs'
import { attach, hold } from './child.mjs'
import { installDependencies } from './dependencies.mjs'
import { electronEnvironment, findElectron } from './electron.mjs'
import { inRoot, root } from './paths.mjs'
import { underXvfb } from './start.mjs'
import { Stop, step, total } from './step.mjs'
import { installSystem } from './system.mjs'

/**
 * @typedef {{ niceness: number, groups: string[] }} Lane
 * @typedef {{ name: string, passed: number, failed: number, skipped: number, seconds: number }} Tally
 * @typedef {{ only: string[], hostKernel: boolean, filters: string[] }} Options
 */

/** What runs beside what; the groups of a lane run one after the other. Only what waits for nothing gives way. @type {Lane[]} */
const LANES = [
  { niceness: 0, groups: ['kernel', 'e2e'] },
  { niceness: 0, groups: ['qemu'] },
  { niceness: 10, groups: ['checks', 'unit'] },
]
const GROUPS = LANES.flatMap(({ groups }) => groups)

/**
 * @param {string[]} args
 * @returns {Options}
 */
export function parseOptions(args) {
  /** @type {Options} */
  const options = { only: [], hostKernel: false, filters: [] }
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    if (arg === '--host-kernel') options.hostKernel = true
    else if (arg === '--only') options.only.push(...(args[++i] ?? '').split(','))
    else if (arg.startsWith('-'))
      throw new Stop(`"npm test" knows --only and --host-kernel, not ${arg}.`, 2)
    else options.filters.push(arg)
  }
  const unknown = options.only.find((name) => !GROUPS.includes(name))
  if (unknown !== undefined) {
    throw new Stop(
      `--only takes some of ${GROUPS.join(', ')}, separated by commas, not "${unknown}".`,
      2,
    )
  }
  return options
}

/**
 * @param {{ alone: boolean, niceness: number }} how
 * @returns {Promise<Tally>}
 */
async function runCheckGroup({ alone, niceness }) {
  const start = performance.now()
  const results = await runChecks({ atATime: alone ? 2 : 1, niceness })
  for (const { name, passed, seconds, output } of results) {
    console.log(`  ${passed ? 'passed' : 'FAILED'}  ${name} (${seconds.toFixed(1)} s)`)
    if (!passed) console.log(output.replace(/^/gm, '    '))
  }
  const failed = results.filter(({ passed }) => !passed).length
  const seconds = (performance.now() - start) / 1000
  return { name: 'checks', passed: results.length - failed, failed, skipped: 0, seconds }
}

/**
 * Reads vitest's report. A run that failed without a failed test (a file that does not load, an unhandled rejection)
 * counts as one failure.
 * @param {string} name
 * @param {string} file
 * @param {number} exitCode
 * @param {number} seconds
 * @returns {Tally}
 */
function readTally(name, file, exitCode, seconds) {
  let report = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 }
  try {
    report = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    // vitest ended before it could report; its exit code tells.
  }
  const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests } = report
  const failed = exitCode !== 0 && numFailedTests === 0 ? 1 : numFailedTests
  return { name, passed, failed, skipped: numPendingTests + numTodoTests, seconds }
}

/**
 * @param {string} project
 * @param {string[]} filters
 * @param {NodeJS.ProcessEnv} env
 * @param {{ alone: boolean, niceness: number }} how
 * @returns {Promise<Tally>}
 */
async function runProject(project, filters, env, { alone, niceness }) {
  const start = performance.now()
  const report = inRoot('.cache', `vitest-${project}.json`)
  mkdirSync(inRoot('.cache'), { recursive: true })
  rmSync(report, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  // A filter may fit files of one project and none of the next.
  const options = ['--project', project, '--passWithNoTests', ...reporters, ...filters]
  const vitest = /** @type {[string, string[]]} */ ([
    'nice',
    ['-n', String(niceness), inRoot('node_modules/.bin/vitest'), 'run', ...options],
  ])
  // The app's windows never open on the developer's own screen.
  const command = project === 'e2e' ? underXvfb(...vitest) : vitest
  const code = await (alone
    ? attach(...command, { cwd: root, env })
    : runHeld(project, command, env))
  return readTally(project, report, code, (performance.now() - start) / 1000)
}

/**
 * Beside others: its output in one piece when it has ended.
 * @param {string} project
 * @param {[string, string[]]} command
 * @param {NodeJS.ProcessEnv} env
 */
async function runHeld(project, command, env) {
  const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}
  const { code, output } = await hold(...command, { cwd: root, env: { ...env, ...colour } })
  console.log(`\n  ${project}\n${output}`)
  return code
}

/** @param {Tally[]} tallies */
function printSummary(tallies) {
  console.log(`\n  Summary after ${total()}`)
  for (const { name, passed, failed, skipped, seconds } of tallies) {
    const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`
    console.log(
      `  ${failed === 0 ? 'passed' : 'FAILED'}  ${name.padEnd(7)} ${counts} (${seconds.toFixed(1)} s)`,
    )
  }
  const sum = (/** @type {'passed' | 'failed' | 'skipped'} */ field) =>
    tallies.reduce((count, tally) => count + tally[field], 0)
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`)
  if (sum('passed') + sum('failed') + sum('skipped') === 0) {
    const groups = tallies.map(({ name }) => name).join(', ')
    throw new Stop(`No test of ${groups} fits; the groups are ${GROUPS.join(', ')}.`)
  }
  return sum('failed') === 0 ? 0 : 1
}

/** @param {string[]} args `--only checks,unit,kernel,e2e`, `--host-kernel`, and filters for vitest */
export async function run(args) {
  const { only, hostKernel, filters } = parseOptions(args)
  const isChosen = (/** @type {string} */ name) =>
    (only.length === 0 || only.includes(name)) && !(name === 'checks' && filters.length > 0)
  await installDependencies()
  await installSystem(['window', 'headless', 'test'])
  const PATH = await step('audit tools', auditToolsPath)
  const electron = await findElectron()
  await build([...TARGETS, CLI_REFERENCE])

  const env = {
    ...electronEnvironment(electron),
    PATH,
    ...(hostKernel ? { AUDITSCOPE_HOST_KERNEL: '1' } : {}),
  }
  const lanes = LANES.map(({ niceness, groups }) => ({ niceness, groups: groups.filter(isChosen) }))
  const busy = lanes.filter(({ groups }) => groups.length > 0)
  const alone = busy.length === 1
  const told = busy.map(({ groups }) => groups.join(', then ')).join('; beside it ')
  console.log(`  test          ${told}`)
  const tallies = await Promise.all(
    busy.map(async ({ niceness, groups }) => {
      const how = { alone, niceness: alone ? 0 : niceness }
      /** @type {Tally[]} */
      const done = []
      for (const name of groups) {
        done.push(
          await (name === 'checks' ? runCheckGroup(how) : runProject(name, filters, env, how)),
        )
      }
      return done
    }),
  )
  return printSummary(tallies.flat())
}
