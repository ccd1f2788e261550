/** `auditscope rules` without a kernel: files, and a kernel of plain values. */
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MessageType } from '@native/audit/netlink/message'
import { fail, ok, type Result } from '@native/audit/result'
import { compileRule, contextOf, kernelForm, parseRule, type Rule } from '@native/audit/rule'
import { RULE_SETS } from '@native/audit/rule/library'
import { readWhole } from '@native/cli/commands/rules/read-file'
import { root } from '@native/cli/table'
import type { KernelAnswer, KernelRequest } from '@native/kernel/request'
import { FakeKernel } from './fake-kernel'
import { runWith } from './harness'

const context = contextOf({
  machine: 'x86_64',
  users: { root: 0 },
  groups: { root: 0 },
  directories: [],
  features: null,
})
const rule = (text: string): Rule => {
  const parsed = parseRule(text, context)
  if (!parsed.ok) throw new Error(parsed.message)
  return parsed.value.rule
}

/** A kernel with rules, of which it can refuse any. */
class KernelWithRules extends FakeKernel {
  rules: Uint8Array[] = []
  /** Text that no path of a rule may contain. */
  refusedPath = 'nowhere'

  override request(request: KernelRequest): Promise<Result<KernelAnswer>> {
    const { type, payload } = request
    if (type === MessageType.AUDIT_LIST_RULES)
      return Promise.resolve(
        // The kernel lists by the lists' numbers, whatever the order in which rules came.
        ok({ ack: 0, payloads: [...this.rules].sort((a, b) => a[0]! - b[0]!) }),
      )
    if (type !== MessageType.AUDIT_ADD_RULE && type !== MessageType.AUDIT_DEL_RULE)
      return super.request(request)
    const bytes = payload.slice()
    const prepend = (bytes[0]! & 0x10) !== 0
    bytes[0] = bytes[0]! & ~0x10
    const same = this.rules.findIndex((each) => Buffer.compare(each, bytes) === 0)
    if (type === MessageType.AUDIT_DEL_RULE) {
      if (same === -1) return refusal('ENOENT')
      this.rules.splice(same, 1)
    } else {
      if (same !== -1) return refusal('EEXIST')
      if (Buffer.from(bytes).includes(this.refusedPath)) return refusal('ENOENT')
      if (prepend) this.rules.unshift(bytes)
      else this.rules.push(bytes)
    }
    return Promise.resolve(ok({ ack: 0, payloads: [] }))
  }
}

const refusal = (errno: string): Promise<Result<never>> =>
  Promise.resolve(fail(errno, `The kernel refused: ${errno}.`))

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'auditscope-cli-rules-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const file = (text: string | Uint8Array, name = 'some.rules'): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const loop = (): string => {
  const path = join(folder, 'loop')
  symlinkSync(path, path)
  return path
}
const rules = (args: string[], kernel?: FakeKernel, input?: string) =>
  runWith(root, ['rules', ...args], {
    ...(kernel && { machine: kernel }),
    ...(input !== undefined && { input }),
  })

describe('rules check', () => {
  it('says where, what and how to fix it, and fails', async () => {
    const path = file('# first\n\n-a always,exit -F arch=b64 -F auuid=5 -S open\n')
    const { code, out, err } = await rules(['check', path])
    expect(code).toBe(1)
    expect(out).toBe(
      `${path}: error: line 3, column 31: Field \`auuid\` is not known; did you mean \`auid\`?\n`,
    )
    expect(err).toBe('auditscope rules check: 1 error.\n')
  })

  it('is content with what is right, from a file and from standard input', async () => {
    const text = '-a always,exit -F arch=b64 -S open -k x\n-w /etc/passwd -p wa\n'
    const path = file(text)
    expect(await rules(['check', path])).toEqual({
      code: 0,
      out: `${path}: 2 rules, no errors\n`,
      err: '',
    })
    expect(await rules(['check', '-'], undefined, text)).toMatchObject({
      code: 0,
      out: '-: 2 rules, no errors\n',
    })
  })

  it('gives advice when asked', async () => {
    const path = file('-w /etc/passwd -p wa\n')
    const { code, out } = await rules(['check', '--advice', path])
    expect(code).toBe(0)
    expect(out).toContain(
      'advice: line 1, column 1: A watch without arch is looked at on every syscall',
    )
  })

  it('checks for other kernels', async () => {
    const path = file('-a never,filesystem -F fstype=tracefs\n')
    expect((await rules(['check', '--for-kernel', '6.1', path])).code).toBe(0)
    expect((await rules(['check', '--for-kernel', '4.4', path])).out).toContain(
      'no filesystem list',
    )
    expect((await rules(['check', '--for-kernel', 'new', path])).code).toBe(2)
  })

  it('prints everything as JSON', async () => {
    const path = file('-a always,exit -F auuid=5\n')
    const { out } = await rules(['check', '--json', path])
    expect(JSON.parse(out)).toMatchObject({
      file: path,
      diagnostics: [{ line: 1, column: 19, severity: 'error', code: 'unknown-field' }],
    })
  })

  it.each([
    ['a missing file', () => join(folder, 'missing.rules'), 'It does not exist'],
    ['a directory', () => folder, 'It is a directory'],
    ['a device', () => '/dev/null', 'It is no regular file'],
    ['a link that leads nowhere', () => loop(), 'It is a link that leads nowhere'],
    ['a folder that is none', () => `${file('')}/x`, 'A part of its path is no directory'],
  ])('explains %s', async (_, path, why) => {
    const { code, err } = await rules(['check', path()])
    expect(code).toBe(1)
    expect(err).toContain(why)
  })

  it('survives binary files and endless lines', async () => {
    const binary = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 251)
    expect((await rules(['check', file(binary)])).out).toContain('There is a NUL byte')
    const long = file('-w /' + 'x'.repeat(10 * 2 ** 20))
    const { code, out } = await rules(['check', long])
    expect(code).toBe(1)
    expect(out).toContain('line 1, column 1: The line is longer than 6143 bytes')
    expect(out.length).toBeLessThan(1000)
  })

  it('lets nothing of a file reach the terminal as it is', async () => {
    const { out } = await rules(['check', file('-a always,exit -F \x1b[31mx=1\n')])
    expect(out).not.toContain('\x1b')
  })
})

describe('rules compile', () => {
  it('prints the payload that auditctl sends, one line a rule', async () => {
    const text = '-a always,exit -F arch=b64 -S open -k abc\n-b 100\n-w /x -p w\n'
    const { code, out } = await rules(['compile', '--hex', file(text)])
    expect(code).toBe(0)
    const [first, second, ...rest] = out.split('\n')
    expect(first).toBe(
      Buffer.concat([
        compileRule(rule('-a always,exit -F arch=b64 -S open -k abc')),
        new Uint8Array(1),
      ]).toString('hex'),
    )
    expect(second).toMatch(/^0400000002000000/)
    expect(rest).toEqual([''])
  })

  it('prints what auditctl -l would, and refuses what has errors', async () => {
    expect((await rules(['compile', file('-w /x -p w -k a\n')])).out).toBe('-w /x -p w -k a\n')
    const refused = await rules(['compile', file('-w /x\n-w y\n')])
    expect([refused.code, refused.out]).toEqual([1, ''])
    expect(refused.err).toContain('line 2, column 4')
  })
})

describe('rules explain and library', () => {
  it('say what a rule does, what it costs, and what could be better', async () => {
    const { code, out } = await rules(['explain', '-w', '/etc/passwd', '-p', 'wa'])
    expect(code).toBe(0)
    expect(out).toContain('Records writing and changing attributes of /etc/passwd.')
    expect(out).toContain('at the end of every syscall')
    expect(out).toContain('- Without a key')
  })

  it('show every rule set, each a file that checks', async () => {
    const { out } = await rules(['library'])
    for (const { id, title } of RULE_SETS) {
      expect(out).toContain(title)
      const text = (await rules(['library', id])).out
      expect((await rules(['check', file(text)])).code).toBe(0)
    }
    expect((await rules(['library', 'startr'])).err).toContain('Did you mean starter?')
  })
})

describe('rules in the kernel', () => {
  const start = ['-w /a -p w -k id', '-a never,exclude -F msgtype=CWD']
  const kernelWith = (...lines: string[]): KernelWithRules => {
    const kernel = new KernelWithRules()
    kernel.rules = lines.map((line) => compileRule(kernelForm(rule(line))))
    return kernel
  }
  const listed = async (kernel: FakeKernel): Promise<string> => (await rules(['list'], kernel)).out

  it('are listed, explained, selected by key, and as JSON', async () => {
    const kernel = kernelWith(...start)
    expect(await listed(kernel)).toBe('-w /a -p w -k id\n-a never,exclude -F msgtype=CWD\n')
    expect((await rules(['list', '--explain'], kernel)).out).toContain('    Records writing /a')
    expect((await rules(['list', '--key', 'i'], kernel)).out).toBe('-w /a -p w -k id\n')
    expect(JSON.parse((await rules(['list', '--json'], kernel)).out)).toMatchObject({
      rules: [{ listed: '-w /a -p w -k id', keys: ['id'] }, { list: 'exclude' }],
    })
    expect(await listed(new KernelWithRules())).toBe('No rules\n')
  })

  it('are added and deleted as words or as one line, with warnings', async () => {
    const kernel = kernelWith()
    const added = await rules(
      ['add', '-a', 'always,exit', '-F', 'arch=b64', '-S', 'open', '-k', 'two words'],
      kernel,
    )
    expect(added).toEqual({ code: 0, out: '', err: '' })
    expect(await listed(kernel)).toBe('-a always,exit -F arch=b64 -S open -F key=two words\n')
    expect((await rules(['add', '-w /b/* -p w'], kernel)).err).toContain(
      'warning: `/b/*` has a wildcard',
    )
    expect((await rules(['delete', '-w /b/* -p w'], kernel)).code).toBe(0)
    expect((await rules(['delete', '-w /c'], kernel)).err).toContain('The kernel has no such rule')
    expect((await rules(['add', '-d', 'always,exit', '-S', 'open'], kernel)).code).toBe(2)
    expect((await rules(['add', '-a always,exit -F path=/x/ -S open'], kernel)).err).toContain(
      'must not end with a slash',
    )
    expect((await rules(['add', '-a always,exit -S opne'], kernel)).err).toContain('Column 19')
  })

  it('are loaded whole', async () => {
    const kernel = kernelWith(...start)
    const path = file('-b 8192\n-w /b -p w\n-e 1\n')
    expect(await rules(['load', path], kernel)).toMatchObject({
      code: 0,
      out: '1 rule added, 0 rules deleted, 3 rules in the kernel\n',
    })
    expect(kernel.log).toEqual(['backlogLimit=8192', 'enabled=1'])
    expect(await rules(['load', path, '--replace'], kernel)).toMatchObject({
      out: '0 rules added, 2 rules deleted, 1 rule in the kernel\n',
    })
  })

  it('are followed by the commands of the file, in its order', async () => {
    const kernel = new KernelWithRules()
    const asked: [number, string][] = []
    const answer = kernel.request.bind(kernel)
    kernel.request = (request) => {
      asked.push([request.type, Buffer.from(request.payload).toString('latin1')])
      return request.type === MessageType.AUDIT_TRIM ||
        request.type === MessageType.AUDIT_MAKE_EQUIV
        ? Promise.resolve(ok({ ack: 0, payloads: [] }))
        : answer(request)
    }
    const path = file('-q /mnt/a,/srv\n-t\n-w /etc/hosts -p wa\n')
    expect(await rules(['load', path], kernel)).toMatchObject({ code: 0, err: '' })
    const changes = asked.filter(
      ([type]) => type > MessageType.AUDIT_SET && type !== MessageType.AUDIT_LIST_RULES,
    )
    expect(changes).toEqual([
      [MessageType.AUDIT_ADD_RULE, expect.stringContaining('/etc/hosts')],
      [MessageType.AUDIT_MAKE_EQUIV, '\x06\0\0\0\x04\0\0\0/mnt/a/srv'],
      [MessageType.AUDIT_TRIM, ''],
    ])
  })

  it('are put back, with the settings, when the kernel refuses the fiftieth', async () => {
    const kernel = kernelWith(...start)
    const before = await listed(kernel)
    const lines = Array.from({ length: 60 }, (_, i) => `-w /r/${i === 48 ? 'nowhere' : i} -p w`)
    const path = file(`-D\n${lines.join('\n')}\n-b 9000\n`)
    const { code, err } = await rules(['load', path], kernel)
    expect(code).toBe(1)
    expect(err).toContain('Line 50: A path of the rule does not exist')
    expect(err).toContain('The previous rules and settings are back.')
    expect(await listed(kernel)).toBe(before)
    expect(kernel.status.backlogLimit).toBe(64)
  })

  it('are not touched by a file with errors, or one that panics or locks unasked', async () => {
    const kernel = kernelWith(...start)
    const before = await listed(kernel)
    expect((await rules(['load', file('-D\n-w x\n')], kernel)).err).toContain('Line 2: ')
    expect((await rules(['load', file('-D\n-f 2\n')], kernel)).err).toContain('--confirm panic')
    expect((await rules(['load', file('-D\n-e 2\n')], kernel)).err).toContain('--confirm lock')
    expect([await listed(kernel), kernel.log]).toEqual([before, []])
    expect((await rules(['load', file('-D\n-e 2\n'), '--confirm', 'lock'], kernel)).code).toBe(0)
    expect(kernel.log).toEqual(['enabled=2'])
  })

  it('that are locked are not changed, and it is said before', async () => {
    const kernel = new KernelWithRules({ enabled: 2 })
    for (const args of [
      ['add', '-w /x'],
      ['delete', '-w /x'],
      ['load', file('-w /x\n')],
    ])
      expect((await rules(args, kernel)).err).toContain('The rules are locked (enabled=2)')
    expect((await rules(['list'], kernel)).code).toBe(0)
  })

  it('are compared with a file', async () => {
    const kernel = kernelWith('-w /a -p w', '-w /b -p w')
    expect((await rules(['diff', file('-w /b -p w\n-w /c -p w\n')], kernel)).out).toBe(
      '- -w /a -p w\n+ -w /c -p w\n',
    )
    expect((await rules(['diff', '--add', file('-w /c -p w\n-b 5\n')], kernel)).out).toBe(
      '+ -w /c -p w\n  sets backlogLimit to 5\n',
    )
    expect((await rules(['diff', file('-w /a -p w\n-w /b -p w\n')], kernel)).out).toBe(
      'No difference in rules\n',
    )
    expect(kernel.log).toEqual([])
  })

  it('are saved to a file that only its owner reads, and loads to the same', async () => {
    const kernel = kernelWith(...start, '-w /with\\ space -p w')
    const path = join(folder, 'saved.rules')
    expect((await rules(['save', path], kernel)).code).toBe(0)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(path, 'utf8')).toContain('-w /with\\ space -p w')
    expect((await rules(['diff', path], kernel)).out).toBe('No difference in rules\n')
    expect((await rules(['save', path], kernel)).code).toBe(1)
    expect((await rules(['save', path, '--force'], kernel)).code).toBe(0)
    expect((await rules(['save'], kernel)).out).toBe(readFileSync(path, 'utf8'))
    expect((await rules(['save', join(folder, 'no', 'folder')], kernel)).err).toContain(
      'cannot be written',
    )
  })

  it('cannot be asked for without the right', async () => {
    const kernel = new KernelWithRules()
    kernel.refuse = { get: 'EPERM' }
    for (const args of [['list'], ['save'], ['diff', file('')]])
      expect((await rules(args, kernel)).code).toBe(1)
  })
})

describe('a file that does not hold still', () => {
  it('is not taken', () => {
    const path = file('-w /a -p w\n')
    const read = readWhole(path, (...args) => {
      appendFileSync(path, '-w /b -p w\n')
      return readSync(...args)
    })
    expect(read).toMatchObject({ ok: false, code: 'changed' })
    expect(readWhole(path)).toMatchObject({ ok: true })
  })
  it('is read to its end when it does not tell its size', () => {
    expect(readWhole('/proc/self/status')).toMatchObject({ ok: true })
    const read = readWhole('/proc/self/status')
    expect(read.ok && read.value.length).toBeGreaterThan(100)
  })
})
