#!/usr/bin/env node
/**
 * What `npm start`, `npm test`, `npm run build`, `npm run bench` and `npm run package` run. It starts on a machine that has
 * Node and nothing else, so everything it imports before the dependencies are installed is plain Node.
 */
import { requireNode } from './bootstrap/node.mjs'
import { Stop, total } from './bootstrap/step.mjs'

/** Verb → the module that carries it out; each exports `run(args)` and answers the exit code. */
const VERBS = {
  start: () => import('./bootstrap/start.mjs'),
  build: () => import('./bootstrap/build.mjs'),
  test: () => import('./bootstrap/test.mjs'),
  bench: () => import('./bootstrap/bench.mjs'),
  package: () => import('./bootstrap/package.mjs'),
}

async function main() {
  const [verb = '', ...args] = process.argv.slice(2)
  if (!Object.hasOwn(VERBS, verb)) {
    throw new Stop(`Unknown verb "${verb}"; use one of: ${Object.keys(VERBS).join(', ')}.`, 2)
  }
  requireNode()
  const { run } = await VERBS[/** @type {keyof typeof VERBS} */ (verb)]()
  return run(args)
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error) => {
    if (!(error instanceof Stop)) throw error
    console.error(`\nauditscope: ${error.message} (after ${total()})`)
    process.exitCode = error.exitCode
  },
)
