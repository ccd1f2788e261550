/**
 * What rules cost to read: `rules check` of 10,000 rules, what an editor does at each key press in a file of 2,000, and
 * what-if on captured events. The peer in each run is the plain work that no reader can do without: splitting the same
 * text into lines and words.
 *
 * Times are CPU time, so that they can be compared on a machine that does other things.
 *
 *     npm run bench rules [-- --rounds 5]
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Adviser, adviseFile } from '@native/audit/rule/advice'
import { completeAt } from '@native/audit/rule/editor'
import { RuleReader, addedRules, contextOf, parseRuleFile, type Rule } from '@native/audit/rule'
import { WhatIfSum, factsOf } from '@native/audit/rule/whatif'
import { splitWords } from '@native/audit/rule/words'
import { assemble, recordsOf } from '../unit/audit/fixtures'
import { median, numberOption, report, rounded } from './lib/report'

const ROUNDS = numberOption('rounds', 5)
const context = contextOf({
  machine: 'x86_64',
  users: { root: 0 },
  groups: { root: 0 },
  directories: [],
  features: null,
})

/** Rules as people write them, all different. */
function rulesText(count: number): string {
  const shapes = [
    (i: number) => `-w /srv/data/file-${i} -p wa -k files`,
    (i: number) =>
      `-a always,exit -F arch=b64 -S open,openat,unlink,rename -F dir=/srv/${i} -F auid>=1000 -F auid!=unset -k d${i}`,
    (i: number) =>
      `-a always,exit -F arch=b32 -S chmod,fchmod -F auid=${i} -F success=0 -F exit=-EACCES -F key=perm`,
    (i: number) => `-a never,exit -F arch=b64 -S connect -F exe=/opt/app-${i}/bin/app -C uid!=euid`,
    (i: number) => `-a never,exclude -F msgtype=CWD -F pid=${i}`,
  ]
  return Array.from({ length: count }, (_, i) => shapes[i % shapes.length]!(i)).join('\n')
}

/** CPU time of this process, ms: what a busy machine does not stretch. */
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** The median of several timings, ms of CPU time. */
function timed(work: () => void): number {
  return median(
    Array.from({ length: ROUNDS }, () => {
      const start = cpuMs()
      work()
      return cpuMs() - start
    }),
  )
}

const large = rulesText(10_000)
const splitting = timed(() => large.split('\n').forEach((line) => splitWords(line)))
const checking = timed(() => parseRuleFile(large, context, { release: [6, 1], locked: null }))
const file = parseRuleFile(large, context)
const advising = timed(() => adviseFile(file, context))
report({
  name: 'check',
  rules: 10_000,
  checkMs: rounded(checking),
  adviceMs: rounded(advising),
  splitMs: rounded(splitting),
  ratioToSplitting: rounded(checking / splitting),
})

/** A word that is typed in the middle of a long file, a letter at a time: what follows each key press. */
const typed = rulesText(2000)
const place = typed.indexOf('\n', typed.length >> 1)
const words = ' -F a0=1234567890123456789'
const reader = new RuleReader(context)
const adviser = new Adviser(context)
adviser.advise(reader.read(typed))
const presses = { reading: [] as number[], advising: [] as number[], completing: [] as number[] }
for (let round = 0; round < ROUNDS; round++)
  for (let letters = 1; letters <= words.length; letters++) {
    const text = typed.slice(0, place) + words.slice(0, letters) + typed.slice(place)
    const start = cpuMs()
    const file = reader.read(text)
    const read = cpuMs()
    adviser.advise(file)
    const advised = cpuMs()
    const line = text.slice(text.lastIndexOf('\n', place - 1) + 1, place + letters)
    completeAt(line, line.length, context)
    presses.reading.push(read - start)
    presses.advising.push(advised - read)
    presses.completing.push(cpuMs() - advised)
  }
const whole = timed(() => adviseFile(parseRuleFile(typed, context), context))
report({
  name: 'key press',
  rules: 2000,
  readingMs: rounded(median(presses.reading)),
  worstReadingMs: rounded(Math.max(...presses.reading)),
  advisingMs: rounded(median(presses.advising)),
  worstAdvisingMs: rounded(Math.max(...presses.advising)),
  completingMs: rounded(median(presses.completing)),
  wholeFileMs: rounded(whole),
})

const log = readFileSync(resolve(__dirname, '../../test/fixtures/audit.log'))
const events = assemble(recordsOf(log))
const rules: Rule[] = addedRules(parseRuleFile(rulesText(100), context)).map(({ rule }) => rule)
const reading = timed(() => events.forEach(factsOf))
const judging = timed(() => {
  const sum = new WhatIfSum(rules)
  for (const event of events) sum.add(event)
})
report({
  name: 'what-if',
  events: events.length,
  rules: rules.length,
  factsPerSecond: Math.round((events.length / reading) * 1000),
  eventsPerSecond: Math.round((events.length / judging) * 1000),
  shareOfReading: rounded(reading / judging),
})
