import { execFileSync } from 'node:child_process'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ChosenFiles } from '../../../electron/main/rules-files'

let folder: string
let file: string
let files: ChosenFiles
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'auditscope-rules-'))
  file = path.join(folder, 'mine.rules')
  files = new ChosenFiles()
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('files that the page names', () => {
  it('are those of a dialog alone, by exactly that path', async () => {
    writeFileSync(file, '-D\n')
    files.allow(file)
    const others = [
      '/etc/shadow',
      `${file}.new`,
      path.join(folder, '.', 'sub/../other.rules'),
      `${folder}/./mine.rules`,
      `${file}\0`,
      '',
    ]
    for (const other of others) {
      expect(await files.readRules(other), other).toMatchObject({ ok: false, code: 'not-chosen' })
      expect(await files.writeRules(other, 'x', true), other).toMatchObject({ code: 'not-chosen' })
    }
    expect(await files.readRules(file)).toEqual({ ok: true, value: { text: '-D\n' } })
    expect(readdirSync(folder)).toEqual(['mine.rules'])
  })

  it('are replaced when that was confirmed, and then through no planted link', async () => {
    const precious = path.join(folder, 'precious')
    writeFileSync(precious, 'as it was')
    symlinkSync(precious, file)
    symlinkSync(precious, `${file}.new`)
    files.allow(file)
    expect(await files.writeRules(file, '-D\n', false)).toMatchObject({ code: 'EEXIST' })
    expect(await files.writeRules(file, '-D\n', true)).toEqual({ ok: true, value: null })
    expect(readFileSync(precious, 'utf8')).toBe('as it was')
    expect(lstatSync(file).isFile()).toBe(true)
    expect(readFileSync(file, 'utf8')).toBe('-D\n')
  })

  it('leave nothing behind when they cannot be written', async () => {
    mkdirSync(file)
    files.allow(file)
    expect(await files.writeRules(file, '-D\n', true)).toMatchObject({ ok: false })
    expect(readdirSync(folder)).toEqual(['mine.rules'])
  })

  it('are files: no fifo is waited for, no device read without end', async () => {
    execFileSync('mkfifo', [file])
    for (const path of [file, '/dev/zero']) {
      files.allow(path)
      expect(await files.readRules(path)).toMatchObject({ ok: false, code: 'EINVAL' })
    }
  })
})
