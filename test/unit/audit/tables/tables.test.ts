import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ARCHES,
  archByNumber,
  archByToken,
  archOfWidth,
  errnoName,
  errnoNumber,
  errnos,
  errnoText,
  fileTypes,
  perms,
  recordCategory,
  recordTypeName,
  recordTypeNumber,
  recordTypes,
  ruleFields,
  ruleOperators,
  syscallName,
  syscallNumber,
  syscallsOf,
  uringOperations,
} from '@native/audit/tables'
import { generate, generatedFolder, readConstants } from '../../../../build/tables/generate.mjs'

/** Macros of a header of this machine's linux-libc-dev: name → number. */
function installedMacros(
  header: string,
  prefix: string,
  define: string[] = [],
): Map<string, number> {
  const text = execFileSync('gcc', ['-E', '-dM', ...define.map((d) => `-D${d}`), '-x', 'c', '-'], {
    input: `#include <${header}>\n`,
    encoding: 'utf8',
  })
  const found = [...text.matchAll(/^#define (\w+)\s+(0x[0-9a-fA-F]+|\d+)\s*$/gm)]
  return new Map(
    found
      .filter(([, name]) => name!.startsWith(prefix))
      .map(([, name, value]) => [name!, Number(value)]),
  )
}

describe('the generated tables', () => {
  it('are what the generator makes of the harvested constants', () => {
    const files = generate(readConstants())
    expect(readdirSync(generatedFolder).sort()).toEqual([...files.keys()].sort())
    for (const [name, text] of files) {
      expect(
        readFileSync(generatedFolder + name, 'utf8'),
        `run: node build/tables/generate.mjs (${name})`,
      ).toBe(text)
    }
  })

  it.each([
    ['x86_64', 'asm/unistd_64.h'],
    ['i386', 'asm/unistd_32.h'],
  ])('know every system call of this machine’s %s headers', (token, header) => {
    const arch = archByToken(token)!
    const macros = installedMacros(header, '__NR_')
    expect(macros.size).toBeGreaterThan(300)
    for (const [macro, number] of macros) {
      expect(syscallNumber(arch, macro.slice('__NR_'.length)), macro).toBe(number)
    }
  })

  it('know every error of this machine’s headers', () => {
    const macros = new Map([
      ...installedMacros('asm-generic/errno-base.h', 'E'),
      ...installedMacros('asm-generic/errno.h', 'E'),
    ])
    expect(macros.size).toBeGreaterThan(100)
    for (const [name, number] of macros) expect(errnoNumber(name), name).toBe(number)
  })

  it('know every record type of this machine’s headers', () => {
    const outside = /_(FIRST|LAST|MAX)_|^AUDIT_(FIRST|LAST)|TEXT_MAX/
    const types = [...installedMacros('linux/audit.h', 'AUDIT_')].filter(
      ([name, number]) => number >= 1000 && number < 3000 && !outside.test(name),
    )
    expect(types.length).toBeGreaterThan(60)
    for (const [macro, number] of types)
      expect(recordTypeNumber(macro.slice('AUDIT_'.length)), macro).toBe(number)
  })
})

describe('system calls', () => {
  it('have a name for their number and back, on every architecture', () => {
    for (const arch of ARCHES) {
      for (const [name, number] of syscallsOf(arch)) {
        expect(syscallNumber(arch, name)).toBe(number)
        expect(syscallNumber(arch, syscallName(arch, number)!)).toBe(number)
      }
    }
  })

  it('are known for all architectures that users meet', () => {
    const numbers = [
      'x86_64',
      'i386',
      'aarch64',
      'arm',
      'ppc64le',
      's390x',
      'riscv64',
      'loongarch64',
    ].map((token) => [token, syscallNumber(archByToken(token)!, 'openat')] as const)
    expect(Object.fromEntries(numbers)).toEqual({
      x86_64: 257,
      i386: 295,
      aarch64: 56,
      arm: 322,
      ppc64le: 286,
      s390x: 288,
      riscv64: 56,
      loongarch64: 56,
    })
  })

  it('of x32 carry a bit in their number', () => {
    const arch = archByNumber(0xc000003e)!
    expect(arch.token).toBe('x86_64')
    expect(syscallName(arch, 0x40000000 + 257)).toBe('openat')
    expect(syscallName(arch, 0x40000000 + 520)).toBe('execve')
    expect(syscallName(arch, 59)).toBe('execve')
  })

  it('asked for by names from outside find nothing of JavaScript’s own', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(syscallNumber(archByToken('x86_64')!, name)).toBeUndefined()
      expect(errnoNumber(name)).toBeUndefined()
      expect(recordTypeNumber(name)).toBeUndefined()
      expect(archByToken(name)).toBeUndefined()
    }
  })
})

describe('architectures', () => {
  it('are found by token, alias and number', () => {
    expect(archByToken('i686')).toBe(archByToken('i386'))
    expect(archByToken('aarch64')!.number).toBe(0xc00000b7)
    expect(archByNumber(0x40000003)!.token).toBe('i386')
    expect(archByNumber(0x12345678)).toBeUndefined()
  })

  it('say what b32 and b64 mean on a machine', () => {
    expect(archOfWidth('x86_64', 64)!.token).toBe('x86_64')
    expect(archOfWidth('x86_64', 32)!.token).toBe('i386')
    expect(archOfWidth('aarch64', 32)!.token).toBe('arm')
    expect(archOfWidth('ppc64le', 32)).toBeUndefined()
    expect(archOfWidth('i386', 64)).toBeUndefined()
    expect(archOfWidth('vax', 32)).toBeUndefined()
  })
})

describe('errors', () => {
  it('have glibc’s text', () => {
    expect(errnoName(2)).toBe('ENOENT')
    expect(errnoText(2)).toBe('No such file or directory')
    expect(errnoName(11)).toBe('EAGAIN')
    expect(errnoNumber('EWOULDBLOCK')).toBe(11)
    expect(errnoName(0)).toBeUndefined()
    for (const [, number] of errnos) expect(errnoText(number)).not.toBe('')
  })
})

describe('record types', () => {
  it('have names, and numbers without one are marked', () => {
    expect(recordTypeName(1300)).toBe('SYSCALL')
    expect(recordTypeName(1500)).toBe('APPARMOR')
    expect(recordTypeName(1336)).toBe('URINGOP')
    expect(recordTypeName(1425)).toBe('MAC_TASK_CONTEXTS')
    expect(recordTypeName(2998)).toBe('UNKNOWN[2998]')
  })

  it('go to a name and back, whatever the number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 65535 }), (type) => {
        expect(recordTypeNumber(recordTypeName(type))).toBe(type)
      }),
    )
  })

  it('all have a category', () => {
    for (const [name, number] of recordTypes)
      expect(recordCategory(number), name).not.toBe('unknown')
    expect(recordCategory(1006)).toBe('user')
    expect(recordCategory(1112)).toBe('user')
    expect(recordCategory(1300)).toBe('syscall')
    expect(recordCategory(1423)).toBe('mac')
    expect(recordCategory(2500)).toBe('virtualisation')
    expect(recordCategory(5000)).toBe('unknown')
  })
})

describe('the vocabulary of rules', () => {
  it('uses auditctl’s words', () => {
    expect(ruleFields.number('auid')).toBe(9)
    expect(ruleFields.number('key')).toBe(210)
    expect(ruleFields.name(105)).toBe('path')
    expect(ruleOperators.number('&=')).toBe(0x48000000)
    expect(fileTypes.name(0o120000)).toBe('link')
    expect(perms.entries.map(([name]) => name)).toEqual(['exec', 'write', 'read', 'attr'])
    expect(uringOperations.number('openat')).toBe(18)
  })
})
