/**
 * Rules in Debian's own kernel, which nobody else uses: what it takes of our bytes and lists again, what auditctl says of it, what
 * auditctl loads, the library without narrowing it down, and what is still possible when the configuration is locked.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { RULE_SETS, textOfSet } from '@native/audit/rule/library'
import { contextOf } from '@native/audit/rule'
import type { RulesForGuest } from '../rules'
import { kernel, need, report, scenario, startHelper, warmUp } from './guest'
import { whatIf } from './what-if'

const auditctl = (...args: string[]): string =>
  execFileSync('/bin/auditctl', args, { encoding: 'latin1' }).trim()
const cli = (...args: string[]): { code: number | null; text: string } => {
  const { status, stdout, stderr } = spawnSync(
    '/bin/node',
    ['/app/out/cli/auditscope.cjs', 'rules', ...args],
    { encoding: 'utf8' },
  )
  return { code: status, text: stdout + stderr }
}
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const rules = async (): Promise<string[]> => need(await kernel.rules()).map(hex)

async function deleteAll(): Promise<void> {
  for (const rule of need(await kernel.rules())) need(await kernel.deleteRule(rule))
}

/** Each of our rules alone: what the kernel answers and lists. */
async function ours(all: readonly string[]): Promise<void> {
  const verdicts: { code: string; listed: string | null }[] = []
  for (const rule of all) {
    const added = await kernel.addRule(Buffer.from(rule, 'hex'))
    const [listed = null] = added.ok ? await rules() : []
    verdicts.push({ code: added.ok ? 'ok' : added.code, listed })
    await deleteAll()
  }
  report({ phase: 'ours', verdicts })
}

/** The same as auditctl -l prints them, each alone. */
async function printed(all: readonly string[]): Promise<void> {
  const lines: (string | null)[] = []
  for (const rule of all) {
    const added = await kernel.addRule(Buffer.from(rule, 'hex'))
    lines.push(added.ok ? auditctl('-l') : null)
    await deleteAll()
  }
  report({ phase: 'printed', lines })
}

/** What auditctl loads from a file, as the kernel lists it. */
async function theirs(text: string): Promise<void> {
  writeFileSync('/tmp/theirs.rules', text, { mode: 0o600 })
  auditctl('-R', '/tmp/theirs.rules')
  report({ phase: 'theirs', rules: await rules() })
  await deleteAll()
}

/** Makes every place that a rule set names: a directory where a rule says so, or where another place lies below it. */
function makePlaces(): void {
  const places = RULE_SETS.flatMap(({ templates }) =>
    templates.flatMap((template) => {
      const text = 'line' in template ? template.line : template.rest
      return [...text.matchAll(/(-w |-F path=|-F dir=|-F exe=)(\S+)/g)].map(([, option, path]) => ({
        path: path!,
        isFolder: option === '-F dir=',
      }))
    }),
  )
  const isFolder = (path: string): boolean =>
    places.some((one) => one.path.startsWith(`${path}/`) || (one.isFolder && one.path === path))
  for (const { path } of places) {
    mkdirSync(isFolder(path) ? path : dirname(path), { recursive: true })
    if (!isFolder(path)) writeFileSync(path, '', { flag: 'a' })
  }
}

/** Every rule set as it is, unfiltered, together: loaded by our tool, listed by it and by auditctl. */
async function library(): Promise<void> {
  makePlaces()
  const context = contextOf({
    machine: 'x86_64',
    users: { root: 0 },
    groups: { root: 0 },
    directories: [],
    features: null,
  })
  const texts = RULE_SETS.map((set) => textOfSet(set, context))
  writeFileSync('/tmp/library.rules', texts.join(''), { mode: 0o600 })
  const loaded = cli('load', '/tmp/library.rules')
  const theirs = auditctl('-l').split('\n')
  const listed = cli('list').text.trim().split('\n')
  const different = listed.flatMap((line, index) =>
    line === theirs[index] ? [] : [{ ours: line, theirs: theirs[index] ?? '' }],
  )
  report({ phase: 'library', loaded, different, rules: (await rules()).length })
  await deleteAll()
}

/** `-q` and `-t`, which go to the kernel beside the rules. */
async function commands(): Promise<void> {
  mkdirSync('/tmp/watched/below', { recursive: true })
  writeFileSync('/tmp/commands.rules', '-w /tmp/watched -p wa\n-q /tmp/watched,/run\n-t\n', {
    mode: 0o600,
  })
  writeFileSync('/tmp/nowhere.rules', '-q /tmp/watched,/no/such/place\n', { mode: 0o600 })
  report({
    phase: 'commands',
    done: cli('load', '/tmp/commands.rules'),
    refused: cli('load', '/tmp/nowhere.rules'),
  })
  await deleteAll()
}

/** enabled=2: nothing can be changed, everything can be read, and it is said before anything is tried. */
async function locked(): Promise<void> {
  need(
    await kernel.addRule(
      Buffer.from(cli('compile', '--hex', '/tmp/watched.rules').text.trim(), 'hex'),
    ),
  )
  need(await kernel.set('enabled', 2))
  const before = await rules()
  report({
    phase: 'locked',
    add: cli('add', '-w /tmp -p wa'),
    load: cli('load', '/tmp/commands.rules'),
    list: cli('list'),
    diff: cli('diff', '/tmp/watched.rules'),
    same: JSON.stringify(before) === JSON.stringify(await rules()),
  })
}

scenario(async () => {
  const { bytes, prints, text } = JSON.parse(
    readFileSync('/app/rules.json', 'utf8'),
  ) as RulesForGuest
  await ours(bytes)
  await printed(prints)
  await theirs(text)
  await library()
  await commands()
  await warmUp()
  const client = await startHelper()
  need(await kernel.set('enabled', 1))
  await whatIf(client)
  await client.end()
  writeFileSync('/tmp/watched.rules', '-w /tmp/watched -p wa -k watched\n', { mode: 0o600 })
  await locked()
})
