/**
 * Reads the constants that the tables need out of Debian's header packages: `node build/tables/harvest.mjs`.
 *
 * The packages are those of sources.json, fetched by apt (with a private configuration: nothing is installed, nothing of
 * the system's apt is touched) and unpacked under `.cache/tables`. Values come from the compiler, so that no expression
 * is ever evaluated by a regular expression. The result is constants.json, which generate.mjs turns into TypeScript.
 * With `--check` nothing is written; it exits with 1 and says what differs.
 *
 * Needs: gcc, apt, dpkg-deb, infocmp (ncurses-bin), perl (for glibc's error texts).
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GROUPS } from './groups.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const cache = fileURLToPath(new URL('../../.cache/tables', import.meta.url))
const root = join(cache, 'root')
/** @type {{ suites: string[], packages: { name: string, version: string }[] }} */
const sources = JSON.parse(readFileSync(join(here, 'sources.json'), 'utf8'))

/**
 * @param {string} command
 * @param {string[]} args
 * @param {Partial<import('node:child_process').ExecFileSyncOptionsWithStringEncoding>} [options]
 */
function run(command, args, options = {}) {
  return execFileSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['pipe', 'pipe', 'inherit'],
    ...options,
  })
}

/** The Debian mirror that this machine's apt uses, whatever its release. */
function debianMirror() {
  const parts = '/etc/apt/sources.list.d'
  const files = [
    '/etc/apt/sources.list',
    ...(existsSync(parts) ? readdirSync(parts).map((name) => join(parts, name)) : []),
  ]
  for (const file of files.filter((name) => existsSync(name))) {
    const mirror = /^(?:deb\s|URIs:)[^\n]*?(https?:\/\/\S+\/debian)\/?(?:\s|$)/m.exec(
      readFileSync(file, 'utf8'),
    )
    if (mirror) return mirror[1]
  }
  throw new Error('apt on this machine knows no Debian mirror; run this on Debian.')
}

/** Fetches and unpacks the pinned packages, once. */
function fetchPackages() {
  const stamp = join(cache, 'unpacked.json')
  const wanted = JSON.stringify(sources.packages.map((p) => [p.name, p.version]))
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  for (const folder of ['state/lists/partial', 'cache/archives/partial', 'etc', 'debs', 'root'])
    mkdirSync(join(cache, folder), { recursive: true })
  const key = '/usr/share/keyrings/debian-archive-keyring.gpg'
  const mirror = debianMirror()
  writeFileSync(
    join(cache, 'etc/sources.list'),
    sources.suites.map((suite) => `deb [signed-by=${key}] ${mirror} ${suite} main\n`).join(''),
  )
  writeFileSync(
    join(cache, 'apt.conf'),
    `Dir::State "${cache}/state";\nDir::State::status "/dev/null";\nDir::Cache "${cache}/cache";\n` +
      `Dir::Etc::sourcelist "${cache}/etc/sources.list";\nDir::Etc::sourceparts "-";\nAPT::Sandbox::User "";\n`,
  )
  const env = { ...process.env, APT_CONFIG: join(cache, 'apt.conf') }
  run('apt-get', ['-qq', 'update'], { env })
  const debs = join(cache, 'debs')
  run('apt-get', ['-qq', 'download', ...sources.packages.map((p) => `${p.name}=${p.version}`)], {
    env,
    cwd: debs,
  })
  for (const deb of readdirSync(debs)) run('dpkg-deb', ['-x', join(debs, deb), root])
  writeFileSync(stamp, wanted)
}

/** Compiler flags that see the unpacked headers only. */
function includeFlags(arch = 'x86_64-linux-gnu') {
  const usr = join(root, 'usr/include')
  const own = run('gcc', ['-print-file-name=include']).trim()
  const folders = [
    join(usr, arch),
    ...(arch === 'x86_64-linux-gnu' ? [] : [join(usr, 'x86_64-linux-gnu')]),
    usr,
    own,
  ]
  return ['-nostdinc', '-D_GNU_SOURCE', ...folders.flatMap((folder) => ['-isystem', folder])]
}

/** @typedef {import('./groups.mjs').Group} Group */

/**
 * The lines that include a group's headers.
 * @param {Group} group
 */
function prologue(group) {
  const defines = (group.define ?? []).map((d) => `#define ${d.replace(/=/, ' ')}\n`).join('')
  const before = '#include <stddef.h>\n#include <stdint.h>\n'
  return (
    defines + (group.arch ? '' : before) + group.headers.map((h) => `#include <${h}>\n`).join('')
  )
}

/**
 * All macros without parameters, in the order of definition, with their text.
 * @param {Group} group
 */
function macrosOf(group) {
  const text = run('gcc', ['-E', '-dD', ...includeFlags(group.arch), '-x', 'c', '-'], {
    input: prologue(group),
  })
  const macros = new Map()
  for (const match of text.matchAll(/^#define (\w+)[ \t]+(.+)$/gm))
    macros.set(match[1], match[2].trim())
  return { macros, text }
}

/**
 * The enumerators in preprocessed text.
 * @param {string} text
 */
function enumeratorsOf(text) {
  const names = []
  const code = text.replace(/^#.*$/gm, '')
  for (const body of code.matchAll(/\benum\b[^{};]*\{([^}]*)\}/g))
    for (const part of body[1].split(',')) {
      const name = /^\s*(?:\/\*.*?\*\/\s*)?(\w+)/.exec(part)
      if (name) names.push(name[1])
    }
  return names
}

/**
 * Names between two marks of the group's first header.
 * @param {Group} group
 * @param {[RegExp, RegExp]} between
 */
function namesBetween(group, between) {
  const text = readFileSync(join(root, 'usr/include', group.headers[0]), 'utf8')
  const from = text.search(between[0])
  const part = text.slice(from, from + text.slice(from).search(between[1]))
  return new Set([...part.matchAll(/^#define\s+(\w+)/gm)].map((match) => match[1]))
}

/**
 * Name → value of one group: the compiler evaluates, a small program prints.
 * @param {Group} group
 * @returns {Record<string, number>}
 */
function harvestGroup(group) {
  const { macros, text } = macrosOf(group)
  const allowed = group.between ? namesBetween(group, group.between) : undefined
  const names = [...new Set([...macros.keys(), ...enumeratorsOf(text)])].filter(
    (name) =>
      group.match.test(name) &&
      !group.not?.test(name) &&
      (allowed === undefined || allowed.has(name)) &&
      (group.definition === undefined || group.definition.test(macros.get(name) ?? '')),
  )
  const program =
    prologue(group) +
    'int printf(const char *, ...);\nint main(void) {\n' +
    names.map((name) => `printf("${name} %lld\\n", (long long)(${name}));\n`).join('') +
    '}\n'
  if (names.length === 0) throw new Error(`${group.name}: no name matches`)
  const binary = join(cache, 'harvest')
  run('gcc', ['-w', ...includeFlags(group.arch), '-x', 'c', '-', '-o', binary], { input: program })
  /** @type {[string, number][]} */
  const values = []
  for (const line of run(binary, []).trim().split('\n')) {
    const [, name, value] = /^(\w+) (-?\d+)$/.exec(line) ?? []
    if (name === undefined) throw new Error(`${group.name}: the program printed ${line}`)
    const number = Number(value)
    if (group.range && (number < group.range[0] || number > group.range[1])) continue
    values.push([group.keepName ? name : (group.match.exec(name)?.[1] ?? name), number])
  }
  return Object.fromEntries(values.sort((a, b) => a[1] - b[1]))
}

/**
 * glibc's text for every errno.
 * @param {Record<string, number>} errnos
 */
function errnoTexts(errnos) {
  const numbers = [...new Set(Object.values(errnos))].sort((a, b) => a - b)
  const script = 'for (@ARGV) { $! = $_; print "$_\\t$!\\n" }'
  const lines = run('perl', ['-e', script, ...numbers.map(String)], {
    env: { ...process.env, LC_ALL: 'C' },
  })
  return Object.fromEntries(
    lines
      .trim()
      .split('\n')
      .map((line) => line.split('\t')),
  )
}

/** Number → name of /etc/protocols, as getprotobynumber(3) answers. */
function protocols() {
  /** @type {Record<string, string>} */
  const found = {}
  for (const line of readFileSync(join(root, 'etc/protocols'), 'utf8').split('\n')) {
    const match = /^([^\s#]+)\s+(\d+)/.exec(line)
    if (match && !(match[2] in found)) found[match[2]] = match[1]
  }
  return found
}

/** What the keys of common terminals send: sequence (escaped) → terminfo capability. */
function terminalKeys() {
  /** @type {Record<string, string>} */
  const keys = {}
  for (const term of ['xterm', 'linux', 'screen', 'rxvt', 'vt220']) {
    const env = { ...process.env, TERMINFO: join(root, existsTerminfo()) }
    const text = run('infocmp', ['-1', '-x', term], { env })
    for (const match of text.matchAll(/^\tk(\w+)=(.+),$/gm)) keys[match[2]] ??= `k${match[1]}`
  }
  return Object.fromEntries(Object.entries(keys).sort())
}
function existsTerminfo() {
  return existsSync(join(root, 'usr/share/terminfo')) ? 'usr/share/terminfo' : 'lib/terminfo'
}

fetchPackages()
const groups = Object.fromEntries(GROUPS.map((group) => [group.name, harvestGroup(group)]))
const constants = {
  packages: sources.packages.map((p) => `${p.name} ${p.version}`),
  groups,
  errnoText: errnoTexts(groups.errno ?? {}),
  protocol: protocols(),
  terminalKey: terminalKeys(),
}

const file = join(here, 'constants.json')
const text = JSON.stringify(constants, null, 2) + '\n'
if (!process.argv.includes('--check')) {
  writeFileSync(file, text)
} else if (readFileSync(file, 'utf8') !== text) {
  console.error(
    'build/tables/constants.json differs from the packages; run: node build/tables/harvest.mjs',
  )
  process.exitCode = 1
}
