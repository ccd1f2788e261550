import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CHECKS, diagnose, tally, type CheckResult } from '@native/audit/doctor/doctor'
import type { Facts } from '@native/audit/doctor/facts'
import { fail } from '@native/audit/result'
import type { Rule } from '@native/audit/rule/model'
import { compileRule } from '@native/audit/rule/struct'

const ALL_SYSCALLS = new Uint32Array(64).fill(0xffffffff)
const NO_SYSCALLS = new Uint32Array(64)
const rule = (more: Partial<Rule>): string =>
  Buffer.from(
    compileRule({
      list: 'exit',
      action: 'always',
      prepend: false,
      mask: ALL_SYSCALLS,
      fields: [],
      ...more,
    }),
  ).toString('base64')
const uid = { field: 'uid', operator: '=', value: 1000, text: null } as const
const UNLINK = rule({ fields: [uid] })

const ON_AT = Date.UTC(2026, 5, 15, 12)
/** Nearly every process may be older than auditing. */
const oldTasks = (from: 'seen' | 'kernel-log'): Facts['tasks'] => ({
  total: 120,
  knownOn: { at: ON_AT, from },
  startedBefore: 119,
})

/** A machine on which all is well. */
const WELL: Facts = {
  access: 'control',
  problem: null,
  kernel: { release: '6.1.0-28-amd64', machine: 'x86_64' },
  hz: 250,
  cmdline: ['BOOT_IMAGE=/vmlinuz', 'audit=1'],
  status: {
    enabled: 1,
    failure: 1,
    pid: 812,
    rateLimit: 0,
    backlogLimit: 8192,
    lost: 0,
    backlog: 0,
    featureBitmap: 0x7f,
    backlogWaitTime: 15000,
    backlogWaitTimeActual: 0,
  },
  features: [],
  daemon: { pid: 812, comm: 'auditd' },
  sockets: [],
  capabilities: { effective: ['CAP_AUDIT_CONTROL'], bounding: ['CAP_AUDIT_CONTROL'] },
  namespaces: { pid: true, user: true, net: true },
  container: null,
  rules: [UNLINK],
  tasks: { total: 120, knownOn: { at: ON_AT, from: 'seen' }, startedBefore: 0 },
  kernelLog: { records: 0, suppressed: 0, complaints: [], onAt: null },
}
const status = (more: Partial<NonNullable<Facts['status']>>): Partial<Facts> => ({
  status: { ...WELL.status!, ...more },
})
const find = (id: string, more: Partial<Facts>): CheckResult =>
  diagnose({ ...WELL, ...more }).find((result) => result.id === id)!

describe('the diagnosis', () => {
  it('finds nothing wrong on a machine on which all is well', () => {
    const results = diagnose(WELL)
    expect(results.filter(({ state }) => state !== 'ok' && state !== 'note')).toEqual([])
    expect(results.map(({ number }) => number)).toEqual(CHECKS.map((_, index) => index + 1))
    expect(new Set(results.map(({ id }) => id)).size).toBe(results.length)
    expect(tally(results)).toMatchObject({ ok: results.length - 1, note: 1, problem: 0 })
  })

  it.each<[string, Partial<Facts>, string, string, RegExp, string | null]>([
    [
      'no audit',
      { status: null, access: 'none', problem: fail('no-audit', 'No.', 'Boot another.') },
      'kernel',
      'problem',
      /without audit/,
      null,
    ],
    [
      'nobody could ask',
      {
        status: null,
        access: 'none',
        problem: fail('no-capability', 'No capability.', 'Be root.'),
      },
      'kernel',
      'unknown',
      /No capability\./,
      null,
    ],
    [
      'events only',
      { status: null, access: 'read', problem: fail('read-only', 'x') },
      'kernel',
      'ok',
      /Linux 6\.1/,
      null,
    ],
    ['audit=0', { cmdline: ['audit=1', 'audit=0'] }, 'boot', 'problem', /told not to audit/, null],
    [
      'the last audit= wins',
      { cmdline: ['audit=off', 'audit=on'] },
      'boot',
      'ok',
      /since boot/,
      null,
    ],
    [
      'no audit=',
      { cmdline: ['quiet', 'audit_backlog_limit=8192'] },
      'boot',
      'note',
      /stay invisible/,
      null,
    ],
    [
      'a typing error in audit=',
      { cmdline: ['audit=yes'] },
      'boot',
      'warning',
      /not understood/,
      null,
    ],
    ['an unreadable command line', { cmdline: [] }, 'boot', 'unknown', /could not be read/, null],
    [
      'CAP_AUDIT_READ alone',
      { access: 'read' },
      'capabilities',
      'warning',
      /Only CAP_AUDIT_READ/,
      null,
    ],
    [
      'no capability, nor any to get',
      {
        access: 'none',
        problem: fail('no-capability', 'None.', 'Be root.'),
        capabilities: { effective: [], bounding: ['CAP_CHOWN'] },
      },
      'capabilities',
      'problem',
      /None\. It is not in the bounding set/,
      null,
    ],
    [
      'a container',
      { namespaces: { pid: false, user: true, net: false }, container: 'docker' },
      'namespaces',
      'problem',
      /initial pid and net namespace.*docker/,
      null,
    ],
    [
      'a container that shares namespaces',
      { container: 'podman' },
      'namespaces',
      'note',
      /podman/,
      null,
    ],
    [
      'namespaces that cannot be compared',
      { namespaces: { pid: null, user: true, net: true } },
      'namespaces',
      'unknown',
      /could not be compared/,
      null,
    ],
    [
      'Linux 3.15',
      { kernel: { release: '3.15.8', machine: 'x86_64' } },
      'multicast',
      'problem',
      /came with 3\.16/,
      null,
    ],
    [
      'Linux 3.16',
      { kernel: { release: '3.16.0', machine: 'x86_64' } },
      'multicast',
      'ok',
      /multicast group/,
      null,
    ],
    [
      'Linux 10.0',
      { kernel: { release: '10.0', machine: 'x86_64' } },
      'multicast',
      'ok',
      /multicast group/,
      null,
    ],
    [
      'auditing off',
      status({ enabled: 0 }),
      'enabled',
      'problem',
      /Auditing is off/,
      'auditctl -e 1',
    ],
    ['locked', status({ enabled: 2 }), 'locked', 'note', /locked/, null],
    [
      'nobody registered',
      { ...status({ pid: 0 }), daemon: null },
      'daemon',
      'note',
      /Nobody is registered/,
      null,
    ],
    [
      'a daemon that is gone',
      { daemon: { pid: 812, comm: '' } },
      'daemon',
      'problem',
      /812.*does not exist/,
      null,
    ],
    [
      'journald',
      {
        sockets: [
          {
            portid: 1,
            groups: 1,
            queued: 0,
            drops: 0,
            process: { pid: 300, comm: 'systemd-journal' },
          },
        ],
      },
      'listeners',
      'note',
      /systemd-journal \(300\).*journald keeps/,
      'systemctl mask --now systemd-journald-audit.socket',
    ],
    [
      'a slow listener',
      { sockets: [{ portid: 77, groups: 1, queued: 9, drops: 41, process: null }] },
      'listeners',
      'warning',
      /port 77, which missed 41 records/,
      null,
    ],
    [
      'a control socket',
      { sockets: [{ portid: 77, groups: 0, queued: 0, drops: 0, process: null }] },
      'listeners',
      'ok',
      /Nobody listens/,
      null,
    ],
    [
      'a rate limit',
      status({ rateLimit: 100 }),
      'rate-limit',
      'warning',
      /100 records per second/,
      'auditctl -r 0',
    ],
    [
      'the default backlog',
      status({ backlogLimit: 64 }),
      'backlog-limit',
      'warning',
      /64 records may wait, then audited tasks wait up to 60 s.*default/,
      'auditctl -b 8192',
    ],
    [
      'the default backlog, auditing off',
      status({ backlogLimit: 64, enabled: 0 }),
      'backlog-limit',
      'note',
      /default/,
      'auditctl -b 8192',
    ],
    [
      'no backlog limit',
      status({ backlogLimit: 0 }),
      'backlog-limit',
      'warning',
      /memory/,
      'auditctl -b 8192',
    ],
    ['no waits', status({ backlogWaitTime: 0 }), 'backlog-limit', 'ok', /lost at once/, null],
    ['failure=2', status({ failure: 2 }), 'failure', 'warning', /panics/, null],
    [
      'failure=2 with a rate limit',
      status({ failure: 2, rateLimit: 5 }),
      'failure',
      'problem',
      /panics.*rate limit drops/,
      'auditctl -f 1',
    ],
    [
      'failure=2 without waits, small backlog',
      status({ failure: 2, backlogWaitTime: 0, backlogLimit: 64 }),
      'failure',
      'problem',
      /do not wait.*and the backlog is small/,
      'auditctl -f 1',
    ],
    ['lost records', status({ lost: 3804 }), 'lost', 'warning', /3,804/, null],
    [
      'a flooded kernel log',
      { kernelLog: { records: 10, suppressed: 5000, complaints: [], onAt: null } },
      'kernel-log',
      'warning',
      /10 records.*left out 5,000/,
      null,
    ],
    [
      'a complaint',
      {
        kernelLog: {
          records: 0,
          suppressed: 0,
          complaints: ['old', 'audit: backlog limit exceeded'],
          onAt: null,
        },
      },
      'kernel-log',
      'warning',
      /"audit: backlog limit exceeded"/,
      null,
    ],
    [
      'copies in the kernel log',
      { kernelLog: { records: 1, suppressed: 0, complaints: [], onAt: null } },
      'kernel-log',
      'note',
      /copies of 1 record,/,
      null,
    ],
    [
      'an unreadable kernel log',
      { kernelLog: null },
      'kernel-log',
      'unknown',
      /could not be read/,
      null,
    ],
    ['no rules', { rules: [] }, 'rules', 'warning', /There are none/, null],
    ['unreadable rules', { rules: null }, 'rules', 'unknown', /could not be read/, null],
    [
      'rules that only exclude',
      {
        rules: [
          rule({
            list: 'exclude',
            fields: [{ field: 'msgtype', operator: '=', value: 1300, text: null }],
          }),
        ],
      },
      'rules',
      'warning',
      /1 rule, and none/,
      null,
    ],
    [
      'task,never',
      { rules: [rule({ list: 'task', action: 'never', mask: NO_SYSCALLS })] },
      'task-never',
      'problem',
      /"-a never,task"/,
      'auditctl -d never,task',
    ],
    [
      'task,never with syscalls, which do not matter there',
      { rules: [rule({ list: 'task', action: 'never' })] },
      'task-never',
      'problem',
      /"-S all -a never,task"/,
      'auditctl -S all -d never,task',
    ],
    [
      'task,never for one user',
      { rules: [rule({ list: 'task', action: 'never', mask: NO_SYSCALLS, fields: [uid] })] },
      'task-never',
      'warning',
      /uid=1000/,
      'auditctl -d never,task -F uid=1000',
    ],
    [
      'exit,never first',
      { rules: [rule({ action: 'never' }), UNLINK] },
      'exit-never',
      'problem',
      /the 1 rule after it never applies/,
      'auditctl -d never,exit -S all',
    ],
    [
      'exit,never for one user',
      { rules: [rule({ action: 'never', fields: [uid] }), UNLINK] },
      'exit-never',
      'ok',
      /no rule hides/,
      null,
    ],
    [
      'old tasks',
      { cmdline: ['quiet'], tasks: oldTasks('kernel-log') },
      'old-tasks',
      'warning',
      /Up to 119 of 120 running processes.*before 2026-\d\d-\d\d .*kernel log/,
      null,
    ],
    [
      'old tasks, auditing off',
      {
        ...status({ enabled: 0 }),
        cmdline: ['quiet'],
        tasks: oldTasks('seen'),
      },
      'old-tasks',
      'note',
      /119 of.*as Auditscope saw/,
      null,
    ],
    [
      'tasks that cannot be told apart',
      { cmdline: ['quiet'], tasks: { total: 1, knownOn: null, startedBefore: null } },
      'old-tasks',
      'unknown',
      /does not tell/,
      null,
    ],
    [
      'auditing that was never on, as far as is known',
      {
        ...status({ enabled: 0 }),
        cmdline: ['quiet'],
        tasks: { total: 7, knownOn: null, startedBefore: null },
      },
      'old-tasks',
      'note',
      /is off.*none of the 7 running processes will be recorded/,
      null,
    ],
    [
      'old tasks on a machine booted with audit=1',
      { cmdline: ['audit=1'], tasks: oldTasks('seen') },
      'old-tasks',
      'ok',
      /All of the 120/,
      null,
    ],
  ])('%s', (_name, more, id, state, reason, command) => {
    const result = find(id, more)
    expect(result.state).toBe(state)
    expect(result.reason).toMatch(reason)
    expect(result.command).toBe(command)
  })

  it('offers no command that a locked kernel refuses', () => {
    const locked = find('rate-limit', status({ enabled: 2, rateLimit: 5 }))
    expect(locked).toMatchObject({ command: null, action: expect.stringContaining('locked') })
  })

  it('answers whatever the facts are, with what to do about every problem', () => {
    const u32 = fc.integer({ min: 0, max: 0xffffffff })
    const facts: fc.Arbitrary<Facts> = fc.record({
      access: fc.constantFrom('control', 'read', 'none'),
      problem: fc.option(fc.constantFrom(fail('no-audit', 'a', 'b'), fail('internal', 'c'))),
      kernel: fc.record({ release: fc.string(), machine: fc.string() }),
      hz: fc.constantFrom(100, 250, 1000),
      cmdline: fc.array(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `audit=${text}`),
        ),
      ),
      status: fc.option(
        fc.record({
          enabled: u32,
          failure: u32,
          pid: u32,
          rateLimit: u32,
          backlogLimit: u32,
          lost: u32,
          backlog: u32,
          featureBitmap: fc.option(u32),
          backlogWaitTime: fc.option(u32),
          backlogWaitTimeActual: fc.option(u32),
        }),
      ),
      features: fc.constant([]),
      daemon: fc.option(fc.record({ pid: u32, comm: fc.string() })),
      sockets: fc.array(
        fc.record({
          portid: u32,
          groups: u32,
          queued: u32,
          drops: u32,
          process: fc.option(fc.record({ pid: u32, comm: fc.string() })),
        }),
      ),
      capabilities: fc.record({
        effective: fc.array(fc.string()),
        bounding: fc.array(fc.string()),
      }),
      namespaces: fc.record({
        pid: fc.option(fc.boolean()),
        user: fc.option(fc.boolean()),
        net: fc.option(fc.boolean()),
      }),
      container: fc.option(fc.string()),
      rules: fc.option(fc.array(fc.oneof(fc.constant(UNLINK), fc.base64String()))),
      tasks: fc.record({
        total: u32,
        knownOn: fc.option(
          fc.record({ at: u32, from: fc.constantFrom('seen' as const, 'kernel-log' as const) }),
        ),
        startedBefore: fc.option(u32),
      }),
      kernelLog: fc.option(
        fc.record({
          records: u32,
          suppressed: u32,
          complaints: fc.array(fc.string()),
          onAt: fc.option(u32),
        }),
      ),
    })
    fc.assert(
      fc.property(facts, (given) => {
        for (const { reason, state, action } of diagnose(given)) {
          expect(reason).not.toBe('')
          if (state === 'problem') expect(action).not.toBe('')
        }
      }),
    )
  })
})
