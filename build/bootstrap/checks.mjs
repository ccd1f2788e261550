/** The checks that need no running app: linter, formatter, both type checkers. Output only on failure. */
import { capture } from './child.mjs'
import { root } from './paths.mjs'

/** @typedef {{ name: string, passed: boolean, seconds: number, output: string }} CheckResult */

const CACHE = '.cache'

/** @param {string} name @returns {string[]} what makes a type checker remember what it has checked */
const incremental = (name) => ['--incremental', '--tsBuildInfoFile', `${CACHE}/tsc-${name}.json`]

/** @type {[string, string[]][]} name → what follows `npx` */
const CHECKS = [
  [
    'eslint',
    ['eslint', '.', '--max-warnings', '0', '--cache', '--cache-location', `${CACHE}/eslint`],
  ],
  ['vue-tsc', ['vue-tsc', '-p', 'tsconfig.web.json', '--noEmit', ...incremental('web')]],
  ['tsc', ['tsc', '-p', 'tsconfig.node.json', '--noEmit', ...incremental('node')]],
  [
    'prettier',
    [
      'prettier',
      '--check',
      '.',
      '--cache',
      '--cache-location',
      `${CACHE}/prettier`,
      '--log-level',
      'warn',
    ],
  ],
]

/**
 * @param {{ atATime: number, niceness: number }} options
 * @returns {Promise<CheckResult[]>} in the order of the table
 */
export async function runChecks({ atATime, niceness }) {
  /** @type {CheckResult[]} */
  const results = []
  const waiting = CHECKS.map(([name, command], index) => ({ name, command, index }))
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const start = performance.now()
      const [program = '', ...args] = next.command
      const command = ['-n', String(niceness), `node_modules/.bin/${program}`, ...args]
      const { code, stdout, stderr } = await capture('nice', command, { cwd: root })
      const seconds = (performance.now() - start) / 1000
      results[next.index] = {
        name: next.name,
        passed: code === 0,
        seconds,
        output: `${stdout}${stderr}`.trimEnd(),
      }
    }
  }
  await Promise.all(Array.from({ length: atATime }, worker))
  return results
}
