import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BARE_CONTEXT } from '@native/audit/rule'
import { checkRulesText, MAX_RULES_BYTES } from '@native/helper/rules-check'
import { readRulesFile, RULES_NAME, writeRulesFile } from '@native/helper/rules-file'

const me = process.getuid!()
let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auditscope-rules-'))
  file = join(folder, RULES_NAME)
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (text: string) => writeRulesFile(text, folder, me)
const read = () => readRulesFile(folder, me)

describe('the file in rules.d', () => {
  it('holds what was written last, and the version before beside it under a name that is not loaded', () => {
    expect(read()).toEqual({ ok: true, value: { path: file, text: null, problem: '' } })
    expect(write('# one\n')).toEqual({ ok: true, value: { path: file, backup: null } })
    const second = write('# two\n')
    expect(second).toEqual({ ok: true, value: { path: file, backup: `${file}.previous` } })
    expect(read()).toEqual({ ok: true, value: { path: file, text: '# two\n', problem: '' } })
    expect(readFileSync(`${file}.previous`, 'utf8')).toBe('# one\n')
    expect(existsSync(`${file}.next`)).toBe(false)
  })

  it('is readable by its owner and group alone', () => {
    write('# one\n')
    expect(statSync(file).mode & 0o777).toBe(0o640)
  })

  it('gives back any text unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 2000 }), (text) => {
        expect(write(text).ok).toBe(true)
        const result = read()
        expect(result.ok && result.value.text).toBe(text)
      }),
      { numRuns: 50 },
    )
  })

  it.each([
    ['a link in its place', () => symlinkSync('/etc/passwd', file), /symbolic link/],
    ['a dangling link', () => symlinkSync(join(folder, 'nothing'), file), /symbolic link/],
    ['a folder in its place', () => mkdirSync(file), /not a file/],
    ['a fifo in its place', () => spawnSync('mkfifo', [file]), /not a file/],
    [
      'a file that others can write',
      () => {
        writeFileSync(file, 'x')
        chmodSync(file, 0o666)
      },
      /only root can change/,
    ],
    ['a folder that others can write', () => chmodSync(folder, 0o777), /only root can change/],
  ])('refuses %s, for reading and writing, and touches nothing', (_, prepare, words) => {
    prepare()
    const result = write('# mine\n')
    expect(result.ok).toBe(false)
    expect(!result.ok && result.message).toMatch(words)
    const seen = read()
    expect(seen.ok && seen.value.text).toBe(null)
    expect(seen.ok && seen.value.problem).toMatch(words)
    expect(existsSync(join(folder, 'nothing'))).toBe(false)
  })

  it('replaces a planted temporary file instead of writing through it', () => {
    const victim = join(folder, 'victim')
    writeFileSync(victim, 'untouched')
    symlinkSync(victim, `${file}.next`)
    expect(write('# mine\n').ok).toBe(true)
    expect(readFileSync(victim, 'utf8')).toBe('untouched')
    expect(readFileSync(file, 'utf8')).toBe('# mine\n')
  })

  it('says that nothing loads rules where there is no folder', () => {
    const missing = readRulesFile(join(folder, 'rules.d'), me)
    expect(missing.ok && missing.value.problem).toMatch(/package auditd/)
    expect(writeRulesFile('', join(folder, 'rules.d'), me)).toMatchObject({
      code: 'no-rules-folder',
    })
  })
})

describe('what is kept for the next boot', () => {
  it.each([
    ['nothing', ''],
    ['comments and blank lines', '# why\n\n  # more\n'],
    [
      'rules',
      '-a always,exit -F arch=b64 -S unlink -F key=gone\n-w /etc/passwd -p wa -k identity\n',
    ],
    ['limits', '-b 8192\n-r 0\n-f 1\n--backlog_wait_time 0\n'],
  ])('takes %s', (_, text) => {
    expect(checkRulesText(text, BARE_CONTEXT)).toEqual({ ok: true, value: null })
  })

  it.each([
    ['-e 2', /Line 2 .*lock/],
    ['-e 0', /Line 2 .*off/],
    ['-f 2', /Line 2 .*panic/],
    ['-D', /Line 2 .*only rules/],
    ['-d always,exit -S unlink', /Line 2 .*deletes/],
    ['-W /etc/passwd', /Line 2 .*deletes/],
    ['-i', /Line 2 .*only rules/],
    ['-a always,exit -S no_such_call', /Line 2: /],
    ['rm -rf /', /Line 2: /],
  ])('refuses "%s" and names the line', (line, words) => {
    const result = checkRulesText(`# first\n${line}\n`, BARE_CONTEXT)
    expect(result.ok).toBe(false)
    expect(!result.ok && `${result.message}`).toMatch(words)
  })

  it('refuses more than it can hold', () => {
    expect(checkRulesText('#'.repeat(MAX_RULES_BYTES + 1), BARE_CONTEXT)).toMatchObject({
      code: 'usage',
    })
  })

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(typeof checkRulesText(text, BARE_CONTEXT).ok).toBe('boolean')
      }),
    )
  })
})
