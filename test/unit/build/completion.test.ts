/** The completions as the shells themselves answer: bash's and zsh's functions called, fish asked by its own `complete -C`. */
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { command, type CommandGroup } from '@native/cli/command'
import { root as cliRoot } from '@native/cli/table'
import { ok } from '@native/audit/result'
import { bashCompletion } from '../../../build/cli-reference/bash'
import { flatten } from '../../../build/cli-reference/commands'
import { fishCompletion } from '../../../build/cli-reference/fish'
import { zshCompletion } from '../../../build/cli-reference/zsh'

const example: CommandGroup = {
  name: 'auditscope',
  summary: 'An example.',
  commands: [
    command({
      name: 'watch',
      summary: 'Watches: it isn’t $(blind), it\'s "awake" \\.',
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

/** What a shell offers after these words, the last of which is being typed. */
type Complete = (root: CommandGroup, words: readonly string[]) => string[]

const lines = (printed: string) => printed.trim().split('\n').filter(Boolean)

const bash: Complete = (root, words) => {
  const script = `${bashCompletion(root)}
COMP_WORDS=(auditscope "$@"); COMP_CWORD=$#; COMPREPLY=()
_auditscope
printf '%s\\n' "\${COMPREPLY[@]}"`
  return lines(execFileSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' }))
}

/** zsh's own completion functions, replaced by ones that print what they were given and fits what is being typed. */
const ZSH = `
offer() { local each; for each; do [[ "\${each%%:*}" == "$typed"* ]] && print -r -- "\${each%%:*}"; done; return 0 }
_describe() { local -a given; given=("\${(@P)4}"); offer "\${given[@]}" }
compadd() { shift; offer "$@" }
_message() {}
_files() {}
`
const zsh: Complete = (root, words) => {
  // The file's last line calls it; here it is called once everything is there.
  const file = zshCompletion(root).replace(/\n_auditscope "\$@"\n$/, '\n')
  const script = `${ZSH}${file}
words=(auditscope "$@"); CURRENT=$#words; typed=$words[CURRENT]; PREFIX=$typed
_auditscope`
  return lines(execFileSync('zsh', ['-f', '-c', script, 'zsh', ...words], { encoding: 'utf8' }))
}

const fish: Complete = (root, words) => {
  const script = `${fishCompletion(root)}
complete -C "auditscope $argv[1]"`
  const printed = execFileSync('fish', ['--no-config', '-c', script, '--', words.join(' ')], {
    encoding: 'utf8',
  })
  return lines(printed).map((line) => line.split('\t')[0]!)
}

const CASES: readonly [string[], string[]][] = [
  [['w'], ['watch']],
  [['rules', 'a'], ['add']],
  [
    ['watch', '--mode', ''],
    ['observe', 'best-effort'],
  ],
  [['watch', '--mode', 'b'], ['best-effort']],
  [['watch', '--json', '--mode', 'o'], ['observe']],
  [['watch', '--duration', ''], []],
  [['watch', '-d', ''], []],
  [['nonsense', 'w'], ['watch']],
]

describe.each<[string, Complete]>([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
])('completion in %s', (shell, complete) => {
  const sorted = (words: string[]) => [...words].sort()

  it.each(CASES)('after %j offers %j', (words, expected) => {
    expect(sorted(complete(example, words))).toEqual(sorted(expected))
  })

  it('offers commands, and options once they are asked for', () => {
    expect(complete(example, [''])).toEqual(expect.arrayContaining(['watch', 'rules']))
    expect(complete(example, ['rules', ''])).toEqual(expect.arrayContaining(['list', 'add']))
    expect(complete(example, ['rules', ''])).not.toContain('watch')
    expect(sorted(complete(example, ['watch', '--']))).toEqual([
      '--duration',
      '--help',
      '--json',
      '--mode',
    ])
    expect(complete(example, ['--v'])).toEqual(['--version'])
  })

  it('knows every command and flag of the real table', { timeout: 60_000 }, () => {
    for (const { path, command: real } of flatten(cliRoot)) {
      const flags = Object.keys(real.flags).map((name) => `--${name}`)
      expect(sorted(complete(cliRoot, [...path, '--'])), `${shell}: ${path.join(' ')}`).toEqual(
        sorted([...flags, '--help']),
      )
    }
  })
})

describe('a table whose words a shell would take apart', () => {
  it.each([bashCompletion, zshCompletion, fishCompletion])('is refused by %o', (make) => {
    const odd = command({ name: 'a;b', summary: '', flags: {}, run: async () => ok(null) })
    expect(() => make({ ...example, commands: [odd] })).toThrow('one plain word')
  })
})
