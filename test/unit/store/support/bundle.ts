/** Builds a script of the tests for a process of its own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build } from 'vite'
import { onTestFinished } from 'vitest'
import { alias } from '../../../../build/aliases.mjs'

/** The path of a CommonJS file that Node runs; gone after the test. */
export async function bundle(entry: string): Promise<string> {
  const outDir = mkdtempSync(path.join(tmpdir(), 'auditscope-bundle-'))
  onTestFinished(() => rmSync(outDir, { recursive: true, force: true }))
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias },
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir,
      emptyOutDir: false,
      rolldownOptions: { output: { format: 'cjs', entryFileNames: 'script.cjs' } },
    },
  })
  return path.join(outDir, 'script.cjs')
}
