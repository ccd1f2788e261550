import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { command, type CommandGroup } from '@native/cli/command'
import { root as cliRoot } from '@native/cli/table'
import { HELPER_WRAPPER } from '@native/helper/launch'
import { EXIT_CODES } from '@native/helper/exit'
import { ok } from '@native/audit/result'
import { flatten } from '../../../build/cli-reference/commands'
import { manual, roff } from '../../../build/cli-reference/manual'
import { cycloneDx, licenseTexts } from '../../../build/package/sbom.mjs'
import { sbomProblems } from '../../../build/package/sbom-check.mjs'
import { fillIn } from '../../../build/package/tree.mjs'

const INSTALLED = join(import.meta.dirname, '../../../build/package/root')
const read = (path: string) => readFileSync(join(INSTALLED, path), 'utf8')
const WRITER = '/opt/auditscope/auditscope-rules-writer'
const identity = { version: '1.2.3', epoch: 1_790_000_000, date: '2026-09-21', debArch: 'amd64' }

describe('the polkit policy', () => {
  const policy = read('usr/share/polkit-1/actions/org.auditscope.policy')
  const actions = new Map(
    [...policy.matchAll(/<action id="([^"]+)">([^]*?)<\/action>/g)].map(([, id, body]) => [
      id,
      body!,
    ]),
  )
  const annotation = (id: string, key: string) =>
    new RegExp(`key="org.freedesktop.policykit.${key}">([^<]*)<`).exec(actions.get(id)!)?.[1]

  it('names the programs that are installed, and that the app asks for', () => {
    expect(annotation('org.auditscope.monitor', 'exec.path')).toBe(HELPER_WRAPPER)
    expect(annotation('org.auditscope.control', 'exec.path')).toBe(WRITER)
    for (const path of [HELPER_WRAPPER, WRITER]) {
      expect(statSync(join(INSTALLED, path)).mode & 0o111, path).toBe(0o111)
    }
  })

  it('never allows anything without an administrator, and remembers only the right to see', () => {
    for (const [id, body] of actions) {
      const expected = id === 'org.auditscope.control' ? 'auth_admin' : 'auth_admin_keep'
      const defaults = [...body.matchAll(/<allow_\w+>(\w+)</g)].map(([, answer]) => answer)
      expect(defaults, id).toEqual([expected, expected, expected])
    }
  })

  it('lets the right to see contain reading the rules of the next boot, and nothing else', () => {
    expect(annotation('org.auditscope.monitor', 'imply')).toBe('org.auditscope.read-rules')
    expect(annotation('org.auditscope.read-rules', 'exec.argv1')).toBe('read')
    expect(annotation('org.auditscope.control', 'exec.argv1')).toBe('write')
  })
})

describe('the wrappers', () => {
  const wrappers = [HELPER_WRAPPER, WRITER, '/usr/bin/auditscope', '/usr/bin/auditscope-gui']

  it.each(wrappers)('%s is a valid shell script', (path) => {
    expect(spawnSync('sh', ['-n', join(INSTALLED, path)]).status).toBe(0)
  })

  it.each([HELPER_WRAPPER, WRITER])('%s drops environment, privileges and capabilities', (path) => {
    const text = read(path)
    expect(text).toContain('exec /usr/bin/env -i')
    expect(text).toContain('--no-new-privs')
    expect(text).toMatch(/--bounding-set=(-all\s|"\$kept")/)
    // Every program by its full path: nothing is looked up in a PATH.
    expect(text).not.toMatch(/^\s*(env|setpriv|node) /m)
  })

  it('gives the right to look into every folder to the placer alone, and that nothing else but rules', () => {
    const lines = read(HELPER_WRAPPER)
      .split('\n')
      .filter((line) => !line.startsWith('#'))
    const granting = lines.filter((line) => line.includes('dac_'))
    expect(granting).toEqual([
      expect.stringContaining(
        'as_nobody -all,+dac_read_search,+audit_control /opt/auditscope/auditscope-placer',
      ),
    ])
  })

  it('start the placer for an empty line, and end at anything else', () => {
    // Where the app is not installed there is nothing to start: the shell ends at once, too.
    const placer = join(INSTALLED, '/opt/auditscope/auditscope-placer')
    expect(spawnSync('sh', [placer], { input: 'x\n\n' }).status).toBe(EXIT_CODES.refused)
    expect(spawnSync('sh', [placer], { input: '' }).status).toBe(0)
  })

  it.each([
    [HELPER_WRAPPER, ['--inspect']],
    [HELPER_WRAPPER, ['']],
    [WRITER, []],
    [WRITER, ['delete']],
    [WRITER, ['read', 'write']],
    [WRITER, ['read ']],
    [WRITER, ['-write']],
  ])('%s refuses the arguments %j', (path, args) => {
    expect(spawnSync('sh', [join(INSTALLED, path), ...args]).status).toBe(EXIT_CODES.refused)
  })
})

describe('the desktop’s files', () => {
  it('have a picture of each size, which is that size', () => {
    const folder = join(INSTALLED, 'usr/share/icons/hicolor')
    const sizes = readdirSync(folder).filter((name) => name !== 'scalable')
    expect(sizes.length).toBeGreaterThan(5)
    for (const size of sizes) {
      const png = readFileSync(join(folder, size, 'apps/auditscope.png'))
      expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`).toBe(size)
    }
  })

  it('start what is installed', () => {
    const entry = read('usr/share/applications/org.auditscope.Auditscope.desktop')
    const program = /^Exec=(\S+)/m.exec(entry)![1]!
    expect(statSync(join(INSTALLED, 'usr/bin', program)).isFile()).toBe(true)
  })
})

const example: CommandGroup = {
  name: 'auditscope',
  summary: 'An example.',
  commands: [
    command({
      name: 'watch',
      summary: 'Watches.',
      details: "A line.\n\n.starts with a dot\n'and a quote, a \\ and --dashes",
      flags: {
        mode: { kind: 'choice', choices: ['observe', 'best-effort'], help: 'How.' },
        duration: {
          kind: 'number',
          placeholder: 'S',
          min: 0,
          max: 9,
          help: 'How long.',
          short: 'd',
        },
        json: { kind: 'switch', help: 'As JSON.' },
      },
      run: async () => ok(null),
    }),
    {
      name: 'rules',
      summary: 'Rules.',
      commands: [
        command({ name: 'list', summary: 'Lists.', flags: {}, run: async () => ok(null) }),
        command({ name: 'add', summary: 'Adds.', flags: {}, run: async () => ok(null) }),
      ],
    },
  ],
}

describe('the manual', () => {
  it('describes every command and flag of the real table', () => {
    const text = manual(cliRoot)
    for (const { path, command: real } of flatten(cliRoot)) {
      expect(text).toContain(roff(['auditscope', ...path].join(' ')))
      for (const flag of Object.keys(real.flags)) expect(text).toContain(roff(`--${flag}`))
    }
  })

  it('keeps text apart from macros', () => {
    const lines = manual(example).split('\n')
    expect(lines).toContain('\\&.starts with a dot')
    expect(lines).toContain("\\&'and a quote, a \\e and \\-\\-dashes")
    for (const line of lines) expect(line).toMatch(/^(\.(SS|PP|TP|B)\b|[^.'])|^$/)
  })

  it.each(['auditscope.1', 'auditscope-gui.1', 'auditscope-helper.8'])(
    '%s is filled in and has the usual sections',
    (page) => {
      const source = readFileSync(join(INSTALLED, '../man', page), 'utf8')
      const text = fillIn(source, identity).replace('@COMMANDS@\n', manual(cliRoot))
      expect(text).not.toMatch(/@[A-Z]+@/)
      for (const section of ['NAME', 'SYNOPSIS', 'DESCRIPTION', 'SEE ALSO']) {
        expect(text).toContain(`\n.SH ${section}\n`)
      }
    },
  )

  it('tells the exit codes that the helper has', () => {
    const page = readFileSync(join(INSTALLED, '../man/auditscope-helper.8'), 'utf8')
    for (const code of Object.values(EXIT_CODES)) expect(page).toContain(`.TP\n.B ${code}\n`)
  })
})

describe('the bill of materials', () => {
  const components = [
    {
      name: 'electron',
      version: '45.4.1',
      license: 'MIT',
      purl: 'pkg:github/electron/electron@v45.4.1',
      licenseText: 'E',
    },
    {
      name: 'dual',
      version: '1.0.0',
      license: '(MIT OR CC0-1.0)',
      purl: 'pkg:npm/dual@1.0.0',
      sha512: 'ab'.repeat(64),
      licenseText: '',
    },
  ]

  it('is CycloneDX with versions, package URLs, hashes and licences', () => {
    const document = JSON.parse(cycloneDx(components, identity))
    expect(document).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' })
    expect(document.serialNumber).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    expect(document.components).toMatchObject([
      { type: 'framework', version: '45.4.1', licenses: [{ license: { id: 'MIT' } }] },
      {
        purl: 'pkg:npm/dual@1.0.0',
        licenses: [{ expression: '(MIT OR CC0-1.0)' }],
        hashes: [{ alg: 'SHA-512', content: 'ab'.repeat(64) }],
      },
    ])
    expect(document.dependencies[0].dependsOn).toEqual(components.map(({ purl }) => purl))
  })

  it('keeps to the format, and what does not is found', () => {
    const document = () => JSON.parse(cycloneDx(components, identity))
    expect(sbomProblems(document())).toEqual([])
    type Document = ReturnType<typeof document>
    const mistakes: [RegExp, (it: Document) => void][] = [
      [/specVersion/, (it) => delete it.specVersion],
      [/serialNumber/, (it) => (it.serialNumber = 'urn:uuid:1')],
      [/timestamp/, (it) => (it.metadata.timestamp = 'today')],
      [/components\.0\.name/, (it) => delete it.components[0].name],
      [/components\.0\.licenses/, (it) => (it.components[0].licenses = [])],
      [/components\.0\.licenses/, (it) => (it.components[0].licenses[0] = { license: {} })],
      [/components\.0\.purl/, (it) => delete it.components[0].purl],
      [/components\.1\.purl/, (it) => (it.components[1].purl = 'pkg:npm/@scope/name@1.0.0')],
      [/components\.1\.hashes/, (it) => (it.components[1].hashes[0].content = 'ab')],
      [/Unrecognized key/, (it) => (it.components[0].licence = 'MIT')],
      [/used twice/, (it) => it.components.push(it.components[0])],
      [/depended on twice/, (it) => it.dependencies[0].dependsOn.push('pkg:npm/dual@1.0.0')],
      [/no component x/, (it) => it.dependencies[0].dependsOn.push('x')],
    ]
    for (const [problem, spoil] of mistakes) {
      const spoilt = document()
      spoil(spoilt)
      expect(sbomProblems(spoilt).join('\n')).toMatch(problem)
    }
  })

  it('is the same for the same content, and another for another', () => {
    expect(cycloneDx(components, identity)).toBe(cycloneDx(components, identity))
    expect(cycloneDx(components.slice(1), identity)).not.toBe(cycloneDx(components, identity))
  })

  it('comes with every licence', () => {
    const text = licenseTexts(components, 'OURS')
    for (const part of ['Auditscope', 'OURS', 'electron 45.4.1 (MIT)\n\nE', 'dual 1.0.0']) {
      expect(text).toContain(part)
    }
  })
})
