import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Adviser, adviseFile } from '@native/audit/rule/advice'
import {
  RuleReader,
  askedName,
  contextOf,
  parseRuleFile,
  type KernelFacts,
  type RuleContext,
  type RuleFile,
} from '@native/audit/rule'
import { anyLine } from './arbitraries'

const context = contextOf({
  machine: 'x86_64',
  users: { root: 0, daemon: 1 },
  groups: { root: 0, daemon: 1 },
  directories: ['/etc'],
  features: null,
})
const OLD: KernelFacts = { release: [4, 9], locked: null }

/** Lines that depend on others, and on their place, beside every kind of rule. */
const line = fc.oneof(
  { weight: 4, arbitrary: anyLine },
  fc.constantFrom(
    ...['', '# words', '#-w /etc/hosts -p wa -k hosts', '-D', '-e 2', '-f 2', '-b 8192'],
    ...['-w /etc/hosts -p wa -k hosts', '-a always,exit -S all', '-a never,exit -S all -F uid=0'],
    ...['-a always,exit -F arch=b64 -S unlink -F auid>=1000', '-a always,exit -F exe=/x -S open'],
    ...['-a always,exit -S open -F arch=b64', '-a always,io_uring -S openat'],
  ),
)

/** An edit: part of a text, as shares of its length, and what comes in its place. */
const edit = fc.record({
  from: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(200)),
  text: fc.oneof(
    fc.constantFrom('', 'x', '\n', ' ', '#', '-'),
    fc.array(line, { maxLength: 3 }).map((lines) => lines.join('\n')),
  ),
})

/** Lines of a first reading have no origin. */
const withoutOrigins = (file: RuleFile): RuleFile => ({
  ...file,
  lines: file.lines.map(({ start, end, kind, statements, diagnostics, disabled }) => ({
    ...{ start, end, kind, statements, diagnostics, disabled },
    origin: null,
  })),
})

describe('reading a file that is being edited', () => {
  it('gives what reading it for the first time gives, after any edits', () => {
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 12 }),
        fc.array(edit, { minLength: 1, maxLength: 6 }),
        (lines, edits) => {
          const reader = new RuleReader(context, OLD)
          const adviser = new Adviser(context)
          let text = lines.join('\n')
          expect(reader.read(text)).toEqual(parseRuleFile(text, context, OLD))
          for (const { from, length, text: inserted } of edits) {
            const at = Math.floor(from * text.length)
            text = text.slice(0, at) + inserted + text.slice(at + length)
            const file = reader.read(text)
            const fresh = parseRuleFile(text, context, OLD)
            expect(withoutOrigins(file)).toEqual(fresh)
            expect(adviser.advise(file).all()).toEqual(adviseFile(fresh, context))
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('reads only the lines that changed', () => {
    let asked: string[] = []
    const counting: RuleContext = {
      ...context,
      isDirectory(path) {
        asked.push(path)
        return null
      },
    }
    const watches = Array.from({ length: 50 }, (_, index) => `-w /srv/file-${index} -p wa -k f`)
    const reader = new RuleReader(counting)
    reader.read(watches.join('\n'))
    expect(new Set(asked).size).toBe(50)

    asked = []
    const changed = watches.map((watch, at) => (at === 20 ? '-w /srv/other -p wa -k f' : watch))
    const file = reader.read(`# a line more\n${changed.join('\n')}`)
    expect(new Set(asked)).toEqual(new Set(['/srv/other']))
    const last = file.lines.at(-1)!
    expect(file.text.slice(last.start, last.end)).toBe(watches.at(-1))
  })

  it('reads the lines again whose names are known since', () => {
    const users = new Map<string, number>()
    const learning: RuleContext = { ...context, userId: (name) => users.get(name) ?? null }
    const text = ['alice', 'bob'].map((name) => `-a always,exit -S all -F auid=${name}`).join('\n')
    const reader = new RuleReader(learning)
    const before = reader.read(text)
    expect(before.lines.map(({ kind }) => kind)).toEqual(['error', 'error'])

    users.set('alice', 1000)
    reader.learned(new Set([askedName('user', 'alice')]))
    const after = reader.read(text)
    expect(after.lines.map(({ kind }) => kind)).toEqual(['statements', 'error'])
    // Nothing was learned of the other name, so its line is the one that was read before.
    expect(after.lines[1]).toBe(before.lines[1])
  })
})
