/**
 * Everything that is built: what goes in, what comes out, who builds it. `native` entries become one CommonJS file each,
 * which Node and Electron-as-Node run; the rest is electron-vite's.
 */
import { existsSync, readdirSync } from 'node:fs'
import { basename } from 'node:path'

/**
 * @typedef {object} Target
 * @property {string} name
 * @property {'native' | 'bench' | 'main' | 'preload' | 'renderer'} builder
 * @property {string[]} entries sources, relative to the root
 * @property {string[]} outputs what must exist afterwards, in the entries' order
 * @property {string[]} inputs files and folders whose content decides whether the target is up to date
 */

/** What changes every target when it changes. */
const COMMON = [
  'package-lock.json',
  'build/aliases.mjs',
  'build/targets.mjs',
  'build/native.mjs',
  'tsconfig.base.json',
]

/** @type {Target[]} */
export const TARGETS = [
  {
    name: 'helper',
    builder: 'native',
    entries: ['native/helper/index.ts'],
    outputs: ['out/helper/helper.cjs'],
    inputs: [...COMMON, 'native'],
  },
  {
    name: 'drain',
    builder: 'native',
    entries: ['native/helper/drain-worker.ts'],
    outputs: ['out/helper/drain.cjs'],
    inputs: [...COMMON, 'native'],
  },
  {
    name: 'requests',
    builder: 'native',
    entries: ['native/helper/requests-worker.ts'],
    outputs: ['out/helper/requests.cjs'],
    inputs: [...COMMON, 'native'],
  },
  {
    name: 'placer',
    builder: 'native',
    entries: ['native/helper/placer.ts'],
    outputs: ['out/helper/placer.cjs'],
    inputs: [...COMMON, 'native'],
  },
  {
    name: 'rules-writer',
    builder: 'native',
    entries: ['native/helper/rules-writer.ts'],
    outputs: ['out/helper/rules-writer.cjs'],
    inputs: [...COMMON, 'native'],
  },
  {
    name: 'cli',
    builder: 'native',
    entries: ['native/cli/index.ts'],
    outputs: ['out/cli/auditscope.cjs'],
    inputs: [...COMMON, 'native', 'package.json'],
  },
  {
    name: 'lab-load',
    builder: 'native',
    entries: ['native/cli/lab/load.ts'],
    outputs: ['out/cli/lab-load.cjs'],
    inputs: [...COMMON, 'native'],
  },
  {
    name: 'lab',
    builder: 'native',
    entries: ['native/cli/lab/serve.ts'],
    outputs: ['out/cli/lab.cjs'],
    inputs: [...COMMON, 'native'],
  },
  {
    name: 'main',
    builder: 'main',
    entries: ['electron/main/index.ts', 'electron/store/index.ts'],
    outputs: ['out/main/index.js', 'out/main/store.js'],
    inputs: [...COMMON, 'electron.vite.config.ts', 'native', 'electron', 'package.json'],
  },
  {
    name: 'preload',
    builder: 'preload',
    entries: ['electron/preload/index.ts'],
    outputs: ['out/preload/index.js'],
    inputs: [...COMMON, 'electron.vite.config.ts', 'native/audit', 'electron'],
  },
  {
    name: 'renderer',
    builder: 'renderer',
    entries: ['renderer/index.html'],
    outputs: ['out/renderer/index.html'],
    inputs: [...COMMON, 'electron.vite.config.ts', 'native', 'electron/contract', 'renderer'],
  },
]

/** @type {Target} What the package says about the command line; built for packaging alone. */
export const CLI_REFERENCE = {
  name: 'cli-reference',
  builder: 'native',
  entries: ['build/cli-reference/index.ts'],
  outputs: ['out/build/cli-reference.cjs'],
  inputs: [...COMMON, 'native', 'build/cli-reference'],
}

/**
 * The benchmarks: each file directly in test/bench is one, named after it.
 * @param {string} root the checkout
 * @returns {Target[]}
 */
export function benchTargets(root) {
  const folder = `${root}/test/bench`
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => {
      const name = basename(file, '.ts')
      return {
        name,
        builder: 'bench',
        entries: [`test/bench/${file}`],
        outputs: [`out/bench/${name}.cjs`],
        inputs: [...COMMON, 'native', 'electron', 'test'],
      }
    })
}
