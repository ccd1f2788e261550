import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fail, ok, type Result } from '@native/audit/result'
import { command, type CommandGroup } from '@native/cli/command'
import { runWith } from './harness'

const seen: unknown[] = []
const record = (value: unknown): Promise<Result<null>> => {
  seen.push(value)
  return Promise.resolve(ok(null))
}

const root: CommandGroup = {
  name: 'auditscope',
  summary: 'Test table.',
  commands: [
    command({
      name: 'tune',
      summary: 'Takes one flag of each kind.',
      flags: {
        json: { kind: 'switch', help: 'JSON', short: 'j' },
        'rate-limit': { kind: 'number', placeholder: 'N', min: 0, max: 4294967295, help: 'rate' },
        seconds: { kind: 'number', placeholder: 'S', min: 0, max: 60, fraction: true, help: 's' },
        mode: { kind: 'choice', choices: ['observe', 'never-lose'], help: 'mode' },
        listen: { kind: 'text', placeholder: 'ADDRESS', help: 'where' },
      },
      run: ({ flags }) => record(flags),
    }),
    command({
      name: 'refuse',
      summary: 'Is refused.',
      flags: {},
      run: () => Promise.resolve(fail('EPERM', 'The kernel refused\nit.', 'Become root.')),
    }),
    command({
      name: 'broken',
      summary: 'Has a bug.',
      flags: {},
      run: () => Promise.reject(new TypeError('x is not a function')),
    }),
    {
      name: 'rules',
      summary: 'Rules.',
      commands: [
        command({
          name: 'add',
          summary: 'Adds.',
          flags: {
            replace: { kind: 'switch', help: 'r' },
            at: { kind: 'text', placeholder: 'N', help: 'n' },
          },
          positionals: { placeholder: 'TEXT', min: 1, max: 99 },
          verbatim: true,
          run: (invocation) => record([invocation.flags, invocation.args]),
        }),
        command({
          name: 'check',
          summary: 'Checks.',
          flags: {},
          positionals: { placeholder: 'FILE', min: 1, max: 1 },
          run: (invocation) => record(invocation.args),
        }),
      ],
    },
  ],
}
const run = (...argv: string[]): ReturnType<typeof runWith> => runWith(root, argv)
const values = async (...argv: string[]): Promise<unknown> => {
  seen.length = 0
  const outcome = await run(...argv)
  expect(outcome).toEqual({ code: 0, out: '', err: '' })
  return seen[0]
}

describe('arguments', () => {
  it('gives every flag its type, and undefined or false when it is missing', async () => {
    expect(await values('tune')).toEqual({
      json: false,
      'rate-limit': undefined,
      seconds: undefined,
      mode: undefined,
      listen: undefined,
    })
    expect(
      await values(
        'tune',
        '-j',
        '--rate-limit=20',
        '--seconds',
        '0.5',
        '--mode',
        'observe',
        '--listen',
        'x',
      ),
    ).toEqual({ json: true, 'rate-limit': 20, seconds: 0.5, mode: 'observe', listen: 'x' })
  })

  it('hands text of another language over as it was typed', async () => {
    const rule = ['-a', 'always,exit', '-F', 'arch=b64', '-S', 'unlink', '--unknown']
    expect(await values('rules', 'add', '--replace', ...rule, '--at', '3')).toEqual([
      { replace: true, at: '3' },
      rule,
    ])
    expect(await values('rules', 'add', '--', '--replace')).toEqual([
      { replace: false, at: undefined },
      ['--replace'],
    ])
  })

  it.each([
    [
      ['tune', '--rate-limit', 'many'],
      /--rate-limit is a whole number from 0 to 4294967295, not "many"/,
    ],
    [['tune', '--rate-limit', '-1'], /not "-1"/],
    [['tune', '--rate-limit', '4294967296'], /not "4294967296"/],
    [['tune', '--rate-limit', '1e3'], /not "1e3"/],
    [['tune', '--rate-limit', '0x10'], /not "0x10"/],
    [['tune', '--rate-limit', '1.5'], /not "1.5"/],
    [['tune', '--rate-limit', ''], /not ""/],
    [['tune', '--rate-limit', '9'.repeat(400)], /not "9+"/],
    [['tune', '--rate-limit'], /--rate-limit needs a value/],
    [['tune', '--seconds', 'NaN'], /--seconds is a number from 0 to 60/],
    [['tune', '--mode', 'obsreve'], /Did you mean observe\?/],
    [['tune', '--json=yes'], /--json takes no value/],
    [['tune', '--json', '--json'], /--json is given twice/],
    [['tune', '--rate-limt', '1'], /no option --rate-limt\. Did you mean --rate-limit\?/],
    [['tune', '--constructor'], /no option --constructor/],
    [['tune', '--__proto__=1'], /no option --__proto__/],
    [['tune', '-x'], /no option -x/],
    [['tune', 'extra'], /"extra" is one argument too many/],
    [['rules', 'check'], /FILE is missing/],
    [['rules', 'chekc'], /no command chekc\. Did you mean check\?/],
    [['staus'], /no command staus/],
    [['--jsn'], /no option --jsn/],
    [['tune', '--mode', 'a\nb\u202e\x1b[31m'], /a\\nb\\u\{202e\}\\e\[31m/],
  ])('%j is wrong usage: exit code 2 and one line', async (argv, message) => {
    const outcome = await run(...argv)
    expect(outcome.code).toBe(2)
    expect(outcome.out).toBe('')
    expect(outcome.err).toMatch(message)
    expect(outcome.err.split('\n')).toHaveLength(2)
  })

  it('answers any arguments with an exit code and at most one line on stderr, or help', async () => {
    const word = fc.oneof(
      fc.constantFrom(
        'tune',
        'rules',
        'add',
        'check',
        '--json',
        '--mode',
        '--',
        '-',
        '--help',
        '-h',
      ),
      fc.string({ maxLength: 12 }),
      fc.string({ unit: 'binary', maxLength: 12 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 5 }), async (argv) => {
        const { code, err } = await run(...argv)
        expect([0, 1, 2]).toContain(code)
        expect(err).not.toMatch(/This is a bug/)
        if (code !== 0 && !err.startsWith('Usage:')) expect(err).toMatch(/^[^\n]+\n$/)
      }),
    )
  })
})

describe('results', () => {
  it('prints a failure as one line and ends with 1', async () => {
    expect(await run('refuse')).toEqual({
      code: 1,
      out: '',
      err: 'auditscope refuse: The kernel refused\\nit. Become root.\n',
    })
  })

  it('tells an exception as a bug, without a stack', async () => {
    const { code, err } = await run('broken')
    expect(code).toBe(1)
    expect(err).toMatch(
      /^auditscope broken: This is a bug in auditscope [\d.]+: TypeError: x is not a function\. /,
    )
    expect(err.split('\n')).toHaveLength(2)
  })
})

describe('help', () => {
  it('lists the commands, on stderr with exit code 2 when none was given', async () => {
    const asked = await run('--help')
    const missing = await run()
    expect(asked.code).toBe(0)
    expect(asked.out).toMatch(/Usage: auditscope COMMAND[^]*tune +Takes one flag of each kind\./)
    expect(missing).toEqual({ code: 2, out: '', err: asked.out })
  })

  it('shows every flag of a command with what it takes', async () => {
    const { code, out } = await run('tune', '--help')
    expect(code).toBe(0)
    expect(out).toContain('--mode observe|never-lose')
    expect(out).toContain('--json, -j')
    expect(await run('help', 'tune')).toEqual({ code: 0, out, err: '' })
  })

  it('wins over a missing argument', async () => {
    const { code, out } = await run('rules', 'check', '--help')
    expect(code).toBe(0)
    expect(out).toContain('Usage: auditscope rules check FILE')
  })

  it('tells the version', async () => {
    const { code, out } = await run('--version')
    expect(code).toBe(0)
    expect(out).toMatch(/^auditscope \d+\.\d+\.\d+\n$/)
  })
})
