import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildNative } from '../../../build/native.mjs'
import { fixture } from '../audit/fixtures'

const root = resolve(__dirname, '../../..')
let folder: string
let program: string
beforeAll(async () => {
  // As shipped, but outside of the checkout: koffi, the one package that is not in the bundle, is not found from there.
  folder = mkdtempSync(join(tmpdir(), 'auditscope-bundle-'))
  program = join(folder, 'auditscope.cjs')
  const output = relative(root, program)
  await buildNative({ root, entry: 'native/cli/index.ts', output, bundlePackages: true })
})
afterAll(() => rmSync(folder, { recursive: true }))

it('the program converts logs and gives help where the native library is missing', () => {
  const run = (...args: string[]): string =>
    execFileSync(process.execPath, [program, ...args], { encoding: 'utf8' })
  expect(run('--help')).toContain('convert')
  expect(run('convert', '-f', 'raw', fixture('audit.log'))).toContain('type=SYSCALL')
})
