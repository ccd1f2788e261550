import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
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
