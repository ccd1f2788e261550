/**
 * Bundles one TypeScript entry into one CommonJS file for Node 18 and newer, Electron's own Node included. koffi stays
 * outside: it is native code, found in node_modules or beside the helper in the package.
 */
import { chmodSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { build } from 'vite'
import { alias } from './aliases.mjs'
import { rememberBundled } from './package/bundled.mjs'

/**
 * @param {object} options
 * @param {string} options.root the checkout
 * @param {string} options.entry relative to the root
 * @param {string} options.output relative to the root
 * @param {boolean} options.bundlePackages whether npm packages are bundled too (what is shipped), or required (benches)
 */
export async function buildNative({ root, entry, output, bundlePackages }) {
  const isProgram = entry.startsWith('native/cli/')
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    resolve: { alias },
    plugins: bundlePackages ? [rememberBundled(root, basename(output))] : [],
    ssr: { noExternal: bundlePackages ? true : undefined, external: ['koffi'] },
    build: {
      ssr: join(root, entry),
      target: 'node18',
      outDir: join(root, dirname(output)),
      emptyOutDir: false,
      minify: false,
      rolldownOptions: {
        external: ['koffi'],
        checks: { bundlerTimings: false },
        output: {
          format: 'cjs',
          entryFileNames: basename(output),
          codeSplitting: false,
          banner: isProgram ? '#!/usr/bin/env node' : undefined,
        },
      },
    },
  })
  if (isProgram) chmodSync(join(root, output), 0o755)
}
