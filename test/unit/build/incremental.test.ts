import { spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { alias } from '../../../build/aliases.mjs'
import { fingerprint } from '../../../build/bootstrap/fingerprint.mjs'
import { withLock } from '../../../build/bootstrap/lock.mjs'
import { buildNative } from '../../../build/native.mjs'
import { TARGETS } from '../../../build/targets.mjs'
import tsconfig from '../../../tsconfig.base.json'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auditscope-build-'))
  mkdirSync(join(folder, 'source/deep'), { recursive: true })
  writeFileSync(join(folder, 'source/a.ts'), 'one')
  writeFileSync(join(folder, 'source/deep/b.ts'), 'two')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the fingerprint of the sources', () => {
  const now = () => fingerprint(folder, ['source', 'not-there'])

  it('stays while nothing changes, whatever the times of the files', () => {
    const before = now()
    writeFileSync(join(folder, 'source/a.ts'), 'one')
    expect(now()).toBe(before)
  })

  it.each([
    ['content', () => writeFileSync(join(folder, 'source/deep/b.ts'), 'three')],
    ['a new file', () => writeFileSync(join(folder, 'source/c.ts'), '')],
    ['a removed file', () => rmSync(join(folder, 'source/a.ts'))],
    ['an input that appears', () => writeFileSync(join(folder, 'not-there'), '')],
  ])('changes with %s', (_, change) => {
    const before = now()
    change()
    expect(now()).not.toBe(before)
  })

  it('tells content that moved from one file to the next', () => {
    const before = now()
    writeFileSync(join(folder, 'source/a.ts'), 'onetwo')
    writeFileSync(join(folder, 'source/deep/b.ts'), '')
    expect(now()).not.toBe(before)
  })
})

describe('a program that is built again', () => {
  it('is there, whole, at any moment', async () => {
    const root = process.cwd()
    const file = join(folder, 'load.cjs')
    const entry = 'native/cli/lab/load.ts'
    const built = () =>
      buildNative({ root, entry, output: relative(root, file), bundlePackages: false })
    await built()
    const whole = readFileSync(file, 'utf8')
    const seen = new Set<string>()
    const watch = setInterval(() => seen.add(readFileSync(file, 'utf8')), 0)
    await built()
    clearInterval(watch)
    expect([...seen]).toEqual([whole])
    expect(statSync(file).mode & 0o777).toBe(0o755)
    expect(readdirSync(folder).sort()).toEqual(['load.cjs', 'source'])
  })
})

describe('the lock on a checkout', () => {
  it('lets one in at a time, and lets go when the work fails', async () => {
    const file = join(folder, 'lock')
    let inside = 0
    let most = 0
    const work = () =>
      withLock(
        file,
        () => undefined,
        async () => {
          most = Math.max(most, ++inside)
          await new Promise((resolve) => setTimeout(resolve, 5))
          inside--
          throw new Error('a broken build')
        },
      )
    const results = await Promise.allSettled([work(), work(), work()])
    expect(results.every(({ status }) => status === 'rejected')).toBe(true)
    expect(most).toBe(1)
  })

  it('takes over from a process that is gone', async () => {
    const file = join(folder, 'lock')
    const { pid } = spawnSync('true')
    writeFileSync(file, String(pid))
    expect(
      await withLock(
        file,
        () => undefined,
        async () => 'done',
      ),
    ).toBe('done')
  })
})

describe('the targets', () => {
  it('are all inside the checkout, with one output for each entry', () => {
    for (const { name, entries, outputs } of TARGETS) {
      expect(outputs.length, name).toBe(entries.length)
      for (const path of [...entries, ...outputs]) expect(path, name).not.toMatch(/^\/|\.\./)
    }
  })

  it('include what package.json promises', () => {
    const manifest = JSON.parse(
      readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
    )
    const outputs = TARGETS.flatMap((target) => target.outputs)
    expect(outputs).toContain(manifest.main)
    for (const path of Object.values(manifest.bin)) expect(outputs).toContain(path)
  })
})

describe('the import aliases', () => {
  it('are the same for the bundlers and the type checker', () => {
    const fromTypes = Object.entries(tsconfig.compilerOptions.paths).map(([name, [path]]) => [
      name.replace('/*', ''),
      path?.replace('./', '').replace('/*', ''),
    ])
    const root = new URL('../../..', import.meta.url).pathname
    const fromBundlers = Object.entries(alias).map(([name, path]) => [
      name,
      path.slice(root.length),
    ])
    expect(fromBundlers).toEqual(fromTypes)
  })
})
