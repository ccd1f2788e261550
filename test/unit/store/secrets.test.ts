import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { OpenStore, temporaryFolder } from './support/open'

const SECRET = 'hunter2'
const stamp = 'msg=audit(1700000000.123:42):'
const LOG = [
  `type=SYSCALL ${stamp} arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=0 ppid=1 pid=77 auid=1000 uid=1000 gid=1000 euid=1000 suid=1000 fsuid=1000 egid=1000 sgid=1000 fsgid=1000 tty=pts0 ses=4294967295 comm="curl" exe="/usr/bin/curl" key="exec"`,
  `type=EXECVE ${stamp} argc=3 a0="curl" a1="--password" a2="${SECRET}"`,
  `type=PROCTITLE ${stamp} proctitle=${Buffer.from(`curl\0--password\0${SECRET}`).toString('hex').toUpperCase()}`,
].join('\n')

it('hides what looks like a secret in the inspector until it is asked for', async () => {
  const file = path.join(temporaryFolder(), 'audit.log')
  writeFileSync(file, `${LOG}\n`)
  const open = new OpenStore()
  const session = await open.open(file)
  const ask = async (revealed: boolean) => {
    const reply = await open.store.answer('event', { session, seq: 0, revealed })
    if (!reply.ok) throw new Error(reply.message)
    return reply.value as {
      hidden: boolean
      who: { label: string; value: string; filter: string }[]
    }
  }
  const hidden = await ask(false)
  const encoded = Buffer.from(SECRET).toString('hex').toUpperCase()
  expect(hidden.hidden).toBe(true)
  expect(JSON.stringify(hidden)).not.toContain(SECRET)
  expect(JSON.stringify(hidden)).not.toContain(encoded)
  // A filter by what is hidden would find nothing.
  expect(hidden.who.find(({ label }) => label === 'Command line')?.filter).toBe('')
  expect(hidden.who.find(({ label }) => label === 'Session')?.value).toBe('unset (4294967295)')

  const shown = await ask(true)
  expect(shown.hidden).toBe(false)
  expect(shown.who.find(({ label }) => label === 'Command line')?.value).toContain(SECRET)
})

/** The command line of a process as Processes shows it, and whether it runs. */
async function commandOf(open: OpenStore, session: number) {
  const question = { session, by: 'process', query: '', range: {}, limit: 10 } as const
  const { rows } = await open.ask('summary', question)
  return rows.map(({ process }) => [process?.commandLine, process?.alive])
}

it('hides it in the command lines of Processes, of a log and of what runs', async () => {
  const file = path.join(temporaryFolder(), 'audit.log')
  writeFileSync(file, `${LOG}\n`)
  const open = new OpenStore()
  expect(await commandOf(open, await open.open(file))).toEqual([['curl --password ***', null]])

  const child = spawn('/bin/sh', ['-c', 'read line', 'job', '--token', SECRET, `--pwd=${SECRET}`])
  onTestFinished(() => void child.kill())
  await new Promise((resolve) => child.once('spawn', resolve))
  const now = (Date.now() / 1000).toFixed(3)
  const [call] = LOG.replaceAll('1700000000.123', now)
    .replace(' pid=77', ` pid=${child.pid}`)
    .split('\n')
  await open.feed(`${call}\ntype=EOE msg=audit(${now}:42): `)
  expect(await commandOf(open, 0)).toEqual([
    ['/bin/sh -c read line job --token *** --pwd=***', true],
  ])
})

const SUDO = `type=USER_CMD ${stamp} pid=80 uid=1000 auid=1000 ses=1 msg='cwd="/" cmd=${Buffer.from(`curl --password ${SECRET}`).toString('hex').toUpperCase()} exe="/usr/bin/sudo" terminal=pts/0 res=success'`

it('hides it in the column of objects, also when only the columns of the event are left', async () => {
  const file = path.join(temporaryFolder(), 'audit.log')
  writeFileSync(file, `${SUDO}\n`)
  const open = new OpenStore()
  const session = await open.open(file)
  const objects = async () => {
    const { rows } = await open.ask('rows', { session, from: 0, count: 10 })
    return rows.map(({ object }) => object)
  }
  expect(await objects()).toEqual(['curl --password ***'])
  const { loader } = open.store.session(session)!
  loader.load = (seqs) => Promise.resolve(seqs.map(() => null))
  expect(await objects()).toEqual(['curl --password ***'])
  const detail = await open.ask('event', { session, seq: 0 })
  expect(detail?.sentence).toContain('***')
  expect(JSON.stringify(detail)).not.toContain(SECRET)
})

it('completes no value that has it', async () => {
  const file = path.join(temporaryFolder(), 'audit.log')
  writeFileSync(file, `${LOG}\n${SUDO.replace(':42)', ':43)')}\n`)
  const open = new OpenStore()
  const session = await open.open(file)
  for (const field of ['cmdline', 'object', 'cmd', 'a2', 'data']) {
    const values = await open.ask('values', { session, field, prefix: '', limit: 50 })
    expect(JSON.stringify(values), field).not.toContain(SECRET)
  }
  const comms = await open.ask('values', { session, field: 'comm', prefix: '', limit: 50 })
  expect(comms).toEqual([{ value: 'curl', count: 1 }])
})
