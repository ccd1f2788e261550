/**
 * `npm test`: set-up, build, then every check and every test. The vitest projects run one after the other, because the
 * machine has one kernel: what touches it never runs beside anything that does too.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { CLI_REFERENCE, TARGETS } from '../targets.mjs'
import { auditToolsPath } from './audit-tools.mjs'
import { build } from './build.mjs'
import { runChecks } from './checks.mjs'
import { attach } from './child.mjs'
import { installDependencies } from './dependencies.mjs'
import { electronEnvironment, findElectron } from './electron.mjs'
import { inRoot, root } from './paths.mjs'
import { underXvfb } from './start.mjs'
import { Stop, step, total } from './step.mjs'
import { installSystem } from './system.mjs'

/** In the order in which they run. */
const PROJECTS = ['unit', 'kernel', 'e2e']

/**
 * @typedef {{ name: string, passed: number, failed: number, skipped: number, seconds: number }} Tally
 * @typedef {{ only: string[], hostKernel: boolean, filters: string[] }} Options
 */

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
  const known = ['checks', ...PROJECTS]
  const unknown = options.only.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw new Stop(
      `--only takes some of ${known.join(', ')}, separated by commas, not "${unknown}".`,
      2,
    )
  }
  return options
}

/** @returns {Promise<Tally>} */
async function runCheckGroup() {
  const start = performance.now()
  const results = await runChecks()
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
 */
async function runProject(project, filters, env) {
  const start = performance.now()
  const report = inRoot('.cache', `vitest-${project}.json`)
  mkdirSync(inRoot('.cache'), { recursive: true })
  rmSync(report, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const command = /** @type {[string, string[]]} */ ([
    inRoot('node_modules/.bin/vitest'),
    ['run', '--project', project, ...reporters, ...filters],
  ])
  // The app's windows never open on the developer's own screen.
  const code = await attach(...(project === 'e2e' ? underXvfb(...command) : command), {
    cwd: root,
    env,
  })
  return readTally(project, report, code, (performance.now() - start) / 1000)
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
  return sum('failed') === 0 ? 0 : 1
}

/** @param {string[]} args `--only checks,unit,kernel,e2e`, `--host-kernel`, and filters for vitest */
export async function run(args) {
  const { only, hostKernel, filters } = parseOptions(args)
  const chosen = (/** @type {string} */ name) => only.length === 0 || only.includes(name)
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
  const tallies = chosen('checks') && filters.length === 0 ? [await runCheckGroup()] : []
  for (const project of PROJECTS.filter(chosen))
    tallies.push(await runProject(project, filters, env))
  return printSummary(tallies)
}
