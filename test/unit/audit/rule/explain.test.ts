import { describe, expect, it } from 'vitest'
import { contextOf, explainStatement, parseLine } from '@native/audit/rule'

const context = contextOf({
  machine: 'x86_64',
  users: { root: 0 },
  groups: { root: 0 },
  directories: ['/etc'],
  features: null,
})

const PEOPLE = '-F auid>=1000 -F auid!=unset'

describe('a sentence', () => {
  it.each([
    [
      `-a always,exit -F arch=b64 -S unlink,unlinkat -F exit=-EACCES ${PEOPLE} -k x`,
      'Records unlink and unlinkat (64-bit) by people who logged in (login id 1000 or higher), when it fails with EACCES; key “x”.',
    ],
    [
      '-a always,exit -F arch=b32 -S all -F exe=/usr/bin/x',
      'Records every syscall (32-bit) by /usr/bin/x.',
    ],
    [
      '-w /etc/passwd -p wa -k id',
      'Records writing and changing attributes of /etc/passwd; key “id”.',
    ],
    ['-w /etc -p r', 'Records reading /etc and everything below it.'],
    [
      '-a never,exit -F arch=b64 -S read -F auid!=unset',
      'Does not record read (64-bit) by anyone who logged in.',
    ],
    [
      '-a always,exit -F arch=b64 -S ptrace -F a0=0x4 -F a1&3',
      'Records ptrace (64-bit) when the first argument is 0x4, when the second argument has any of the bits 0x3.',
    ],
    [
      '-a always,exit -F arch=b64 -S open -C uid!=euid -F success=0',
      'Records open (64-bit) when uid differs from euid, when it fails.',
    ],
    [
      '-a never,task -F uid=0',
      'Processes started by user id 0 are never audited, whatever the other rules say.',
    ],
    [
      '-a never,exclude -F msgtype=CWD -F uid=0',
      'Drops records of type CWD by user id 0, whatever the other rules say.',
    ],
    [
      '-a never,user -F pid=5',
      'Drops messages that programs send to the audit system by process 5.',
    ],
    ['-a never,filesystem -F fstype=tracefs', 'Records no files on tracefs.'],
    ['-a always,io_uring -S openat', 'Records openat through io_uring.'],
    ['-a always,exit -F arch=b64 -S ,', 'Matches nothing: it names no syscall.'],
    ['-d always,exit -F arch=b64 -S open', 'Deletes the rule: Records open (64-bit).'],
    ['-D', 'Deletes every rule.'],
    ['-D -k x', 'Deletes the rules whose key contains “x”.'],
    ['-e 2', 'Turns auditing on and locks rules and settings until the next boot.'],
    ['-f 2', 'Panics the machine when a record is lost.'],
    ['-r 0', 'Removes the limit of records a second.'],
    ['-b 8192', 'Lets at most 8192 records wait.'],
    ['--backlog_wait_time 0', 'Lets no task wait when the backlog is full.'],
    [
      '--loginuid-immutable',
      'Makes login ids unchangeable once they are set, until the next boot.',
    ],
    ['-c', 'Makes auditctl go on after errors and report failure in the end.'],
  ])('for %s', (line, sentence) => {
    const [statement] = parseLine(line, context).statements
    expect(statement && explainStatement(statement, context)).toBe(sentence)
  })

  it('counts the syscalls when there are many', () => {
    const names = 'open,close,read,write,mkdir,rmdir,unlink,rename,chmod'
    const [statement] = parseLine(`-a always,exit -F arch=b64 -S ${names}`, context).statements
    expect(statement && explainStatement(statement, context)).toBe(
      'Records read, write, open, close, rename, mkdir and 3 more syscalls (64-bit).',
    )
  })
})
