/**
 * Bundles one TypeScript entry into one CommonJS file for Node 18 and newer, Electron's own Node included. koffi stays
 * outside: it is native code, found in node_modules or beside the helper in the package.
 */
import { chmodSync, mkdtempSync, mkdirSync, renameSync, rmSync } from 'node:fs'
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
  const file = join(root, output)
  mkdirSync(dirname(file), { recursive: true })
  // Written beside its place and renamed: whoever starts the program meanwhile gets the old one or the new one, whole.
  const folder = mkdtempSync(join(dirname(file), '.build-'))
  try {
    await bundle({ root, entry, output, bundlePackages, folder, isProgram })
    if (isProgram) chmodSync(join(folder, basename(file)), 0o755)
    renameSync(join(folder, basename(file)), file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * @param {{ root: string, entry: string, output: string, bundlePackages: boolean, folder: string, isProgram: boolean }} options
 *   as above; `folder`: where the file is written
 */
async function bundle({ root, entry, output, bundlePackages, folder, isProgram }) {
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
      outDir: folder,
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
}
