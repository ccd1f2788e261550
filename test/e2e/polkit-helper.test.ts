/** The helper as an ordinary user gets it: through polkit, with every answer that polkit and the user can give. */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  openSync,
  readlinkSync,
  rmSync,
} from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { HelperClient } from '@native/helper/client'
import { frameRecordCount, type Hello } from '@native/helper/protocol'
import type { Result } from '@native/audit/result'
import { beforeCheck, describeOnKernel } from '../kernel/guard'
import { Generator } from '../kernel/programs'
import { generatorRule, ruleOf } from '../kernel/rules'
import { PKEXEC_HELPER, Stage, type Agent } from './polkit/stage'
import { underFire } from './polkit/under-fire'

const MONITOR = 'org.auditscope.monitor'
const CONTROL = 'org.auditscope.control'

/** Those of the wrapper; a machine that is a container may have fewer. */
const CAPABILITIES = [
  'cap_audit_control',
  'cap_audit_read',
  'cap_net_admin',
  'cap_sys_nice',
  'cap_sys_resource',
  'cap_syslog',
]

/** Where nobody but root can look. */
let closed: string

/** The placer of rules and the shell that waits for it: the helper's children. */
function placers(helper: number): { pid: string; command: string; status: string }[] {
  const children = (pid: string): string[] =>
    readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
  const shells = children(String(helper))
  return [...shells, ...shells.flatMap(children)].map((pid) => ({
    pid,
    command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '),
    status: readFileSync(`/proc/${pid}/status`, 'utf8'),
  }))
}

/** The names in a set of /proc/PID/status. */
function capabilities(status: string, set: string): string[] {
  const mask = new RegExp(`^${set}:\\s*(\\w+)$`, 'm').exec(status)?.[1]
  const decoded = execFileSync('capsh', [`--decode=${mask}`], { encoding: 'utf8' })
  return decoded.trim().split('=')[1]!.split(',').sort()
}

let stage: Stage

/** Starts the helper as the user; it ends before the kernel is checked. */
async function start(
  agent: Agent,
  env?: NodeJS.ProcessEnv,
): Promise<[HelperClient, Result<Hello>]> {
  const client = new HelperClient()
  const [program, args] = stage.asUser(agent, PKEXEC_HELPER)
  beforeCheck(() => client.end())
  const hello = await client.spawn(program, args, { env: { ...process.env, ...env } })
  return [client, hello]
}

/** Runs the writer as the user, with a text that it must never accept. */
function writer(verb: string, agent: Agent = 'none') {
  const program = '/opt/auditscope/auditscope-rules-writer'
  const command = ['/usr/bin/pkexec', '--disable-internal-agent', program, verb]
  const [first, args] = stage.asUser(agent, command)
  return spawnSync(first, args, { encoding: 'utf8', input: '-D\n' })
}

const rateLimit = () =>
  /^rate_limit (\d+)$/m.exec(execFileSync('auditctl', ['-s'], { encoding: 'utf8' }))?.[1]

describeOnKernel('the helper through polkit', () => {
  beforeAll(async () => {
    stage = await Stage.set()
    closed = mkdtempSync('/root/auditscope-closed-')
  })
  afterAll(async () => {
    rmSync(closed, { recursive: true })
    await stage.strike()
  })

  it('starts when a rule allows seeing, and refuses changes until polkit was asked about them', async () => {
    await stage.allow(MONITOR)
    const [client, hello] = await start('none')
    expect(hello).toMatchObject({ ok: true, value: { access: 'control', authorized: false } })
    expect(await client.command('status', {})).toMatchObject({ ok: true })
    expect((await client.command('subscribe', { mode: 'observe' })).ok).toBe(true)
    for (const refused of [
      await client.command('set', { rateLimit: 77 }),
      await client.command('rules.deleteAll', {}),
      await client.command('subscribe', { mode: 'best-effort' }),
    ]) {
      expect(refused).toMatchObject({ ok: false, code: 'control-locked' })
    }
    expect(rateLimit()).toBe('0')
    expect(await client.command('authorize', {})).toMatchObject({ ok: false, code: 'no-agent' })
    expect((await client.end()).reason).toBe('stopped')
  })

  it('changes when a rule allows that too, and puts it back at its end', async () => {
    await stage.allow(MONITOR, CONTROL)
    const [client] = await start('none')
    expect(await client.command('authorize', {})).toEqual({ ok: true, value: null })
    expect(await client.command('set', { rateLimit: 77 })).toMatchObject({ ok: true })
    expect(rateLimit()).toBe('77')
    await client.end()
    expect(rateLimit()).toBe('0')
  })

  it.each(['observe', 'best-effort'] as const)(
    'delivers the records of audited calls although it is not root: %s',
    async (mode) => {
      await stage.allow(MONITOR, CONTROL)
      const [client] = await start('none')
      const records: Uint8Array[] = []
      client.on('records', (payload) => records.push(payload))
      await client.command('authorize', {})
      expect(
        await client.command('rules.add', { rule: ruleOf(generatorRule('unlink')) }),
      ).toMatchObject({
        ok: true,
      })
      expect(await client.command('subscribe', { mode })).toMatchObject({ ok: true })
      expect(await client.command('set', { enabled: 1 })).toMatchObject({ ok: true })
      await new Generator('unlink', 20).report()
      await expect
        .poll(() => records.reduce((sum, payload) => sum + frameRecordCount(payload), 0))
        .toBeGreaterThanOrEqual(20)
      await client.end()
      expect(execFileSync('auditctl', ['-l'], { encoding: 'utf8' })).toContain('No rules')
    },
  )

  it('offers the next start what it could not put back when it was killed', async () => {
    await stage.allow(MONITOR, CONTROL)
    const [first, hello] = await start('none')
    if (!hello.ok) throw new Error(hello.message)
    await first.command('authorize', {})
    await first.command('set', { rateLimit: 77 })
    process.kill(hello.value.pid, 'SIGKILL')
    await expect.poll(() => first.exit?.reason).toBe('killed')
    expect(rateLimit()).toBe('77')

    const [second, again] = await start('none')
    if (!again.ok) throw new Error(again.message)
    const [leftover] = again.value.leftovers
    expect(leftover?.changes.settings).toMatchObject([{ setting: 'rateLimit', from: 77, to: 0 }])
    const id = leftover!.id
    expect(await second.command('journal.restore', { id })).toMatchObject({
      code: 'control-locked',
    })
    await second.command('authorize', {})
    expect(await second.command('journal.restore', { id })).toMatchObject({ ok: true })
    expect(rateLimit()).toBe('0')
  })

  it('asks twice, in plain words, when no rule says anything', async () => {
    await stage.allow()
    const [client, hello] = await start('password')
    expect(hello.ok).toBe(true)
    expect(stage.prompts()).toEqual([
      { action: MONITOR, message: expect.stringContaining('to watch the audit events') },
    ])
    expect(await client.command('authorize', {})).toEqual({ ok: true, value: null })
    expect(stage.prompts()).toEqual([
      { action: CONTROL, message: expect.stringContaining('to change what this machine audits') },
    ])
  })

  it.each<[Agent, string]>([
    ['dismiss', 'dismissed'],
    ['wrong password', 'not-authorized'],
    ['none', 'no-agent'],
  ])('does not start (%s), and says why', async (agent, reason) => {
    await stage.allow()
    const [, hello] = await start(agent)
    expect(hello).toMatchObject({ ok: false, code: reason })
  })

  it.each<[Agent, string]>([
    ['dismiss', 'dismissed'],
    ['wrong password', 'not-authorized'],
  ])('changes nothing when the second answer is no (%s)', async (agent, code) => {
    await stage.allow(MONITOR)
    const [client] = await start(agent)
    expect(await client.command('authorize', {})).toMatchObject({ ok: false, code })
    expect(await client.command('set', { rateLimit: 77 })).toMatchObject({ code: 'control-locked' })
    expect(rateLimit()).toBe('0')
  })

  it('is nobody special with six capabilities, no way to get more, and nothing of its caller', async () => {
    await stage.allow(MONITOR)
    const [, hello] = await start('none', {
      LD_PRELOAD: '/nonexistent.so',
      NODE_OPTIONS: '--require /nonexistent.js',
      SECRET: 'of the caller',
    })
    if (!hello.ok) throw new Error(hello.message)
    const proc = `/proc/${hello.value.pid}`
    const status = readFileSync(`${proc}/status`, 'utf8')
    const own = capabilities(readFileSync('/proc/self/status', 'utf8'), 'CapBnd')
    const held = capabilities(status, 'CapEff')
    expect(held).toEqual(CAPABILITIES.filter((name) => own.includes(name)))
    expect(capabilities(status, 'CapPrm')).toEqual(held)
    expect(capabilities(status, 'CapBnd')).toEqual(held)
    const user = execFileSync('id', ['-u', 'auditscope'], { encoding: 'utf8' }).trim()
    expect(status).toMatch(new RegExp(`^Uid:(\\t${user}){4}$`, 'm'))
    expect(status).toMatch(/^Groups:\s*$/m)
    expect(status).toMatch(/^NoNewPrivs:\s*1$/m)
    const environment = readFileSync(`${proc}/environ`, 'utf8').split('\0').filter(Boolean)
    expect(environment.map((line) => line.split('=')[0]).sort()).toEqual(
      ['ELECTRON_RUN_AS_NODE', 'AUDITSCOPE_PLACER', 'LANG', 'PATH', 'PKEXEC_UID'].sort(),
    )
    expect(readlinkSync(`${proc}/cwd`)).toBe('/')
    const files = readdirSync(`${proc}/fd`).map((fd) => readlinkSync(`${proc}/fd/${fd}`))
    expect(
      files.filter((file) => file.startsWith(stage.folder) || file.startsWith('/home')),
    ).toEqual([])
  })

  it('takes over none of its caller’s limits', async () => {
    await stage.allow(MONITOR)
    const client = new HelperClient()
    beforeCheck(() => client.end())
    const [program, args] = stage.asUser('none', PKEXEC_HELPER)
    // Soft limits alone: what root may raise on every machine.
    const limited = ['-c', 'ulimit -S -t 100; ulimit -S -f 100; exec "$@"', 'sh', program, ...args]
    const hello = await client.spawn('sh', limited)
    if (!hello.ok) throw new Error(hello.message)
    const limits = readFileSync(`/proc/${hello.value.pid}/limits`, 'utf8')
    expect(limits).toMatch(/^Max cpu time\s+unlimited/m)
    expect(limits).toMatch(/^Max file size\s+16777216/m)
  })

  it('runs a few times for one user, not as often as it is started', async () => {
    await stage.allow(MONITOR)
    const PLACES = 8
    const started = await Promise.all(Array.from({ length: PLACES }, () => start('none')))
    expect(started.filter(([, hello]) => hello.ok)).toHaveLength(PLACES)
    const [, refused] = await start('none')
    expect(refused).toMatchObject({ ok: false, code: 'refused' })
    // A place is free again when a helper has ended, also when it was killed.
    const [, hello] = started[0]!
    process.kill(hello.ok ? hello.value.pid : 0, 'SIGKILL')
    await expect.poll(async () => (await start('none'))[1].ok, { timeout: 5000 }).toBe(true)
  })

  it('keeps every other process of its user out: no memory, no descriptors, no core dump', async () => {
    await stage.allow(MONITOR)
    const [, hello] = await start('none')
    if (!hello.ok) throw new Error(hello.message)
    for (const { pid } of [{ pid: hello.value.pid }]) {
      for (const file of ['mem', 'environ', 'fd/0']) {
        const as = ['--reuid', 'auditscope', '--regid', 'auditscope', '--clear-groups', '--']
        const { status, stderr } = spawnSync('setpriv', [...as, 'cat', `/proc/${pid}/${file}`], {
          encoding: 'utf8',
        })
        expect(status, file).not.toBe(0)
        expect(stderr, file).toContain('Permission denied')
      }
    }
  })

  it('talks through sockets, which no other process of the caller’s user can open by name', async () => {
    await stage.allow(MONITOR)
    const [, hello] = await start('none')
    if (!hello.ok) throw new Error(hello.message)
    for (const fd of ['0', '1']) {
      expect(() => openSync(`/proc/${hello.value.pid}/fd/${fd}`, 'r+')).toThrow('ENXIO')
    }
  })

  it('has rules on closed paths added and deleted by a process that can do nothing else, for a moment', async () => {
    await stage.allow(MONITOR, CONTROL)
    const [client, hello] = await start('none')
    if (!hello.ok) throw new Error(hello.message)
    const { pid } = hello.value
    expect(placers(pid).map(({ command }) => command)).toEqual([
      expect.stringContaining('/opt/auditscope/auditscope-placer'),
    ])
    await client.command('authorize', {})
    const rules = [
      `-a always,exit -F dir=${closed} -F exe=${Generator.program()} -F perm=w -F key=auditscope-test`,
      `-a always,exit -F arch=b64 -S unlink -F path=${closed}/file -F exe=${Generator.program()} -F key=auditscope-test`,
    ]
    for (const rule of rules) {
      expect(await client.command('rules.add', { rule: ruleOf(rule) })).toEqual({
        ok: true,
        value: null,
      })
    }
    expect(execFileSync('auditctl', ['-l'], { encoding: 'utf8' }).split(closed).length).toBe(3)

    const [shell, placer] = placers(pid)
    expect(placer!.command).toContain('placer.cjs')
    for (const { status } of [shell!, placer!]) {
      expect(capabilities(status, 'CapEff')).toEqual(['cap_audit_control', 'cap_dac_read_search'])
      expect(capabilities(status, 'CapBnd')).toEqual(['cap_audit_control', 'cap_dac_read_search'])
      expect(status).toMatch(/^NoNewPrivs:\s*1$/m)
    }
    expect(placer!.status).toMatch(/^Seccomp:\s*2$/m)
    const open = readdirSync(`/proc/${placer!.pid}/fd`).map((fd) =>
      readlinkSync(`/proc/${placer!.pid}/fd/${fd}`),
    )
    for (const file of open)
      expect(file).toMatch(
        /^(socket|pipe|anon_inode):|^\/dev\/null$|^\/run\/.*\(deleted\)$|^\/opt\/auditscope\//,
      )

    expect(await client.command('rules.delete', { rule: ruleOf(rules[1]!) })).toEqual({
      ok: true,
      value: null,
    })
    await expect.poll(() => placers(pid).length, { timeout: 5000 }).toBe(1)
    await client.end()
    expect(execFileSync('auditctl', ['-l'], { encoding: 'utf8' })).toContain('No rules')
    // Gone, or dead where nobody collects the dead.
    const command = () =>
      existsSync(`/proc/${shell!.pid}`) && readFileSync(`/proc/${shell!.pid}/cmdline`, 'utf8')
    await expect.poll(command).toBeFalsy()
  })

  underFire(() => stage)

  it('ends when the program that asked for it is killed', async () => {
    await stage.allow(MONITOR)
    const [, hello] = await start('password')
    if (!hello.ok) throw new Error(hello.message)
    const helper = hello.value.pid
    const parent = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${helper}/status`, 'utf8'))![1]
    process.kill(Number(parent), 'SIGKILL')
    await expect.poll(() => existsSync(`/proc/${helper}`), { timeout: 5000 }).toBe(false)
  })

  it('takes no argument, whoever passes one', async () => {
    await stage.allow(MONITOR)
    const [program, args] = stage.asUser('none', [...PKEXEC_HELPER, '--inspect'])
    const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' })
    expect(status).toBe(64)
    expect(stderr).toContain('takes no argument')
  })

  it('lets whoever may see read the rules of the next boot', async () => {
    await stage.allow(MONITOR)
    expect(JSON.parse(writer('read').stdout)).toMatchObject({ ok: true })
  })

  it('lets only who may change write them, and then only rules', async () => {
    await stage.allow(MONITOR)
    expect(writer('write').status).toBe(127)
    expect(writer('write', 'dismiss').status).toBe(126)
    await stage.allow(CONTROL)
    expect(JSON.parse(writer('write').stdout)).toMatchObject({ ok: false, code: 'usage' })
  })

  it('has a writer that knows no other verb', async () => {
    await stage.allow(MONITOR, CONTROL)
    expect(writer('delete').status).not.toBe(0)
    expect(writer('write --force').status).not.toBe(0)
  })
})
