import { describe, expect, it } from 'vitest'
import {
  LineIndex,
  contextOf,
  diagnosticText,
  parseArguments,
  parseLine,
  parseRule,
  parseRuleFile,
  type ContextData,
} from '@native/audit/rule'
import { escapeForDisplay } from '@native/audit/text'

const DATA: ContextData = {
  machine: 'x86_64',
  users: { root: 0, alice: 1000 },
  groups: { root: 0, staff: 50 },
  directories: ['/etc'],
  features: null,
}
const context = contextOf(DATA)

/** The first complaint about a line, as it is shown to people. */
function complaint(line: string, data: Partial<ContextData> = {}): string {
  const { diagnostics } = parseLine(line, contextOf({ ...DATA, ...data }))
  const diagnostic = diagnostics.find(({ severity }) => severity === 'error') ?? diagnostics[0]
  return diagnostic === undefined ? '' : diagnosticText(diagnostic, new LineIndex(line))
}

/** A case with a title that a terminal can show. */
const titled = ([line, said]: readonly [string, string]) =>
  [escapeForDisplay(line).slice(0, 80), line, said] as const

/** Lines that auditctl refuses, and what is said about them. */
const REFUSED: readonly (readonly [line: string, said: string])[] = [
  [
    '-a always,exit -F auuid=5',
    'line 1, column 19: Field `auuid` is not known; did you mean `auid`?',
  ],
  [
    '-a always,exit -S opne',
    'column 19: Syscall `opne` is not known on x86_64; did you mean `open`?',
  ],
  ['-a always,exit -F arch=b32 -S newfstatat', 'not known on i386'],
  ['-a always,exit -S 4096', 'column 19: Syscall number 4096 is too large'],
  [
    '-a alwys,exit -S open',
    'column 4: `alwys,exit` is no list with an action. Did you mean `always,exit`?',
  ],
  ['-a always -S open', 'Write both with one comma between them'],
  ['-a entry,always -S open', 'The entry list no longer exists'],
  ['-a always,exit -a never,exit', 'second -a, -A or -d'],
  ['-F auid=5 -a always,exit', '`-F` needs the list before it'],
  ['-S open', 'There is a syscall but no list'],
  ['-a always,exit -F pid', '`pid` has no operator'],
  ['-a always,exit -F =5', 'no field before the operator'],
  ['-a always,exit -F pid=', 'no value after the operator'],
  ['-a always,exit -F pid=abc', '`pid` takes a number, and `abc` is none'],
  ['-a always,exit -F success=yes', 'Write 1.'],
  ['-a always,exit -F uid=mallory', 'There is no user `mallory` on this machine'],
  ['-a always,exit -F gid=mallory', 'There is no group `mallory` on this machine'],
  ['-a always,exit -F exit=EACES', 'Errno `EACES` is not known; did you mean `EACCES`?'],
  ['-a always,exit -F arch=b46 -S open', '`b46` is no architecture'],
  ['-a always,exit -S open -F arch=b64', '`arch` must stand before -S'],
  ['-a always,exit -F arch>b64', 'column 23: `arch` takes only `=` and `!=`'],
  ['-a always,exit -F perm!=r', '`perm` takes only `=`'],
  ['-a always,exit -F perm=rq', '`q` is no permission'],
  ['-a always,exit -F filetype=pipe', 'File type `pipe` is not known'],
  [
    '-a always,exit -F msgtype=CWD',
    '`msgtype` cannot be used on the exit list. It works on: exclude, user',
  ],
  ['-a never,exclude -F path=/x', '`path` cannot be used on the exclude list'],
  ['-a never,exclude -F msgtype=CWDD', 'Record type `CWDD` is not known; did you mean `CWD`?'],
  ['-a never,filesystem -F fstype=overlayfs', 'Write its magic number, 0x794c7630'],
  ['-a always,exit -F saddr_fam=99', '`99` is no address family'],
  ['-a always,exit -C uid=gid', 'The kernel cannot compare `uid` with `gid`'],
  ['-a always,exit -C uid>euid', '`uid>euid` is no comparison'],
  ['-a always,task -C uid=euid', 'Comparisons are possible on the exit list only'],
  ['-a always,task -S open', 'Rules on the task list have no syscalls'],
  ['-a never,exclude -F msgtype=CWD -k x', 'A key needs a watch, a syscall'],
  ['-a always,exit -k x -S open', 'A key needs a watch, a syscall'],
  [`-w /etc -k ${'x'.repeat(257)}`, 'The keys of this rule have 257 bytes; at most 256'],
  ['-w etc -p wa', '`etc` does not begin with a slash'],
  ['-w /etc -p wq', '`q` is no permission'],
  ['-p wa', '`-p` belongs to a watch'],
  ['-a always,exit -w /etc', 'A watch is a rule of its own'],
  [
    '-a always,exit -S open -k "my key"',
    'Rules have no quotes: write a space inside a value as `\\ `',
  ],
  ['-a always,exit\t-S open', 'is no list with an action'],
  ['-w /etc stray', '`stray` belongs to no option'],
  ['-w /etc -x', 'Option `-x` is not known'],
  ['--reset-lst', 'Option `--reset-lst` is not known; did you mean `--reset-lost`?'],
  ['-a', 'Option `-a` needs a value'],
  ['-w/etc/a\\ b -p w', 'does not resolve escapes in the first word'],
  ['-e 3', '`3` is no value of `-e`'],
  ['-b many', '`many` is no number'],
  ['-R other.rules', 'A rules file cannot read another one'],
  ['-D -S open', '`-D` stands alone'],
  ['-i -b 100', 'auditctl reads nothing that follows `-i`'],
  ['-e 1 -f 1 -b 1', 'auditctl reads only the first 5 words of so short a line'],
  ['-q /a', '`/a` is no pair of paths'],
  ['--signal KILL', '`KILL` is no signal that auditctl sends'],
  ['-w /a\0b', 'There is a NUL byte in the line'],
  [`-w /${'a'.repeat(7000)}`, 'The line is longer than 6143 bytes'],
]

describe('what auditctl refuses', () => {
  it.each(REFUSED.map(titled))('%s', (_, line, said) => {
    expect(parseLine(line, context).kind).toBe('error')
    expect(parseLine(line, context).statements).toEqual([])
    expect(complaint(line)).toContain(said)
  })

  it('depends on the kernel’s features', () => {
    const exe = '-a always,exit -F exe=/x'
    expect(complaint(exe)).toBe('')
    expect(complaint(exe, { features: 0 })).toContain('This kernel does not know the field `exe`')
    expect(complaint('-a never,filesystem -F fstype=tracefs', { features: 0 })).toContain(
      'the filesystem list',
    )
    expect(complaint('-a never,exclude -F uid=0', { features: 0 })).toContain('on the exclude list')
  })
})

/** Lines that auditctl takes and that do something else than what is written. */
const WARNED: readonly (readonly [line: string, said: string])[] = [
  ['-a always,exit -F pid=12abc', 'auditctl reads only the `12` of `12abc`'],
  ['-a always,exit -F pid=010', 'read as octal: 8'],
  ['-a always,exit -F pid=4294967297', 'does not fit into 32 bits; the kernel gets 1'],
  ['-a always,exit -F exit=EACCES', 'not those that fail with EACCES'],
  ['-a always,exit -F sessionid=first', 'auditctl takes `first` for session 0'],
  ['-a always,exit -F saddr_fam=inet', 'takes `inet` for 0'],
  ['-a always,exit -S open', 'Without `arch` this also matches 32-bit programs'],
  ['-a exit,possible -S open', 'auditctl skips rules with `possible`'],
  ['-w /etc/* -p w', 'has a wildcard'],
  ['-w /a/../b -p w', 'never matches'],
  ['-w /etc -k "x"', 'The quotes are part of the key'],
  ['-w /etc -p w -k x\r', 'ends with a carriage return'],
  ['-s', 'only prints something'],
]

describe('what auditctl takes without a word', () => {
  it.each(WARNED.map(titled))('%s', (_, line, said) => {
    const parsed = parseLine(line, context)
    expect(parsed.kind).toBe('statements')
    expect(parsed.diagnostics[0]?.severity).toBe('warning')
    expect(complaint(line)).toContain(said)
  })

  it('says nothing of a leading zero that changes nothing', () => {
    expect(complaint('-a always,exit -F a1&=03')).toBe('')
  })
})

describe('statements that are no rules', () => {
  it.each([
    ['-D', { kind: 'deleteAll', key: null }],
    ['-D -k id', { kind: 'deleteAll', key: 'id' }],
    ['-e 2', { kind: 'set', setting: 'enabled', value: 2 }],
    ['-f 1', { kind: 'set', setting: 'failure', value: 1 }],
    ['-r 100', { kind: 'set', setting: 'rateLimit', value: 100 }],
    ['-b 0x2000', { kind: 'set', setting: 'backlogLimit', value: 8192 }],
    ['--backlog_wait_time 60000', { kind: 'set', setting: 'backlogWaitTime', value: 60000 }],
    ['--backlog_wait=7', { kind: 'set', setting: 'backlogWaitTime', value: 7 }],
    ['-i', { kind: 'onError', policy: 'ignore' }],
    ['-c', { kind: 'onError', policy: 'continue' }],
    ['-t', { kind: 'command', command: 'trimSubtrees' }],
    ['--loginuid-immutable', { kind: 'command', command: 'loginuidImmutable' }],
    ['--reset-lost', { kind: 'command', command: 'resetLost' }],
    ['--reset_backlog_wait_time_actual', { kind: 'command', command: 'resetWaitTimeActual' }],
    ['-q /mnt,/etc', { kind: 'equivalent', mount: '/mnt', subtree: '/etc' }],
    ['-m hello\\ there', { kind: 'message', text: 'hello there' }],
    ['--signal hup', { kind: 'signal', signal: 'HUP' }],
  ])('%s', (line, statement) => {
    expect(parseLine(line, context).statements).toEqual([
      { ...statement, start: 0, end: line.length },
    ])
  })

  it('can share a line, as settings do', () => {
    const { statements } = parseLine('-b 8192 -f 1  ', context)
    expect(statements.map(({ kind }) => kind)).toEqual(['set', 'set'])
  })
})

describe('places', () => {
  it('count from the beginning of the file', () => {
    const text = '# first\n\n-a always,exit -F auuid=1\n'
    const { diagnostics, index } = parseRuleFile(text, context)
    expect(diagnostics.map((each) => index.at(each.start))).toEqual([{ line: 3, column: 19 }])
    expect(text.slice(diagnostics[0]!.start, diagnostics[0]!.end)).toBe('auuid')
  })

  it('go through escapes', () => {
    const line = '-w /a\\ b\\\\c/../d -p w'
    const [diagnostic] = parseLine(line, context).diagnostics
    expect(line.slice(diagnostic?.start, diagnostic?.end)).toBe('/a\\ b\\\\c/../d')
  })

  it('are those of every part of a rule', () => {
    const line = '-a always,exit -F arch=b64 -S open -S close -F path=/x -k a -k b'
    const parsed = parseRule(line, context)
    const places = parsed.ok ? parsed.value.places : null
    const at = (span: { start: number; end: number }) => line.slice(span.start, span.end)
    expect(at(places!.head)).toBe('-a always,exit')
    expect(places!.syscalls.map(at)).toEqual(['-S open', '-S close'])
    expect(places!.fields.map(at)).toEqual(['-F arch=b64', '-F path=/x', '-k a -k b'])
    expect(places!.keys.map(at)).toEqual(['-k a', '-k b'])
  })

  it('hold for all mistakes of a line, not only the first', () => {
    const { diagnostics } = parseLine('-a always,exit -F auuid=1 -S opne -F pid=x', context)
    expect(diagnostics.map(({ code }) => code)).toEqual([
      'unknown-field',
      'unknown-syscall',
      'not-a-number',
    ])
  })
})

describe('words', () => {
  it('come from a shell as they are, spaces and all', () => {
    const { statements } = parseArguments(['-w', '/a b\\c', '-p', 'w', '-k', 'my key'], context)
    expect(statements[0]).toMatchObject({
      rule: { fields: [{ text: '/a b\\c' }, {}, { text: 'my key' }] },
    })
  })

  it('in a file are told apart by spaces only, with escapes', () => {
    const parsed = parseRule('-w /a\\ b\\\\ -p w -k my\\ key', context)
    expect(parsed).toMatchObject({
      value: { rule: { fields: [{ text: '/a b\\' }, {}, { text: 'my key' }] } },
    })
  })

  it('can be attached to their option', () => {
    const attached = parseRule('-aalways,exit -Farch=b64 -Sopen -kx', context)
    const apart = parseRule('-a always,exit -F arch=b64 -S open -k x', context)
    expect(attached.ok && apart.ok && attached.value.rule).toEqual(apart.ok && apart.value.rule)
  })
})

describe('a watch', () => {
  it('is of a directory when the path is one', () => {
    const field = (line: string) => {
      const parsed = parseRule(line, context)
      return parsed.ok ? parsed.value.rule.fields[0] : null
    }
    expect(field('-w /etc/ -p w')).toMatchObject({ field: 'dir', text: '/etc' })
    expect(field('-w /etc/passwd -p w')).toMatchObject({ field: 'path', text: '/etc/passwd' })
  })
})

describe('a text that must be one rule', () => {
  it('is refused with the column when it is wrong, and with what to do when it is something else', () => {
    expect(parseRule('-w etc', context)).toMatchObject({
      ok: false,
      message: 'Column 4: `etc` does not begin with a slash.',
    })
    for (const text of ['', '# -w /x', '-D', '-b 5'])
      expect(parseRule(text, context)).toMatchObject({ ok: false, code: 'usage' })
  })
})

describe('fixes', () => {
  it('correct what was meant', () => {
    const fixed = (line: string): string | undefined => {
      const [fix] = parseLine(line, context).diagnostics[0]?.fixes ?? []
      const [edit] = fix?.edits ?? []
      return edit && line.slice(0, edit.start) + edit.text + line.slice(edit.end)
    }
    expect(fixed('-a alwys,exit -S open')).toBe('-a always,exit -S open')
    expect(fixed('-a entry,always -S open')).toBe('-a exit,always -S open')
    expect(fixed('-a always,exit -F auuid=5')).toBe('-a always,exit -F auid=5')
    expect(fixed('-a always,exit -F exit=EACES')).toBe('-a always,exit -F exit=-EACCES')
    expect(fixed('-a always,exit -F arch=b64 -S opne,close')).toBe(
      '-a always,exit -F arch=b64 -S open,close',
    )
    expect(fixed('-a always,exit -F perm>r')).toBe('-a always,exit -F perm=r')
    expect(fixed('-a never,filesystem -F fstype=overlayfs')).toBe(
      '-a never,filesystem -F fstype=0x794c7630',
    )
  })
})
