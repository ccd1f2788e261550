import { chmodSync, existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MachineNames, type Databases } from '@native/system/names'

let folder: string
let databases: Databases
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auditscope-names-'))
  databases = { passwd: join(folder, 'passwd'), group: join(folder, 'group'), getent: '' }
  writeFileSync(
    databases.passwd,
    'root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000::/:/bin/sh\ntoor:x:0:0::/:/bin/sh\nbroken line\n',
  )
  writeFileSync(databases.group, 'wheel:x:10:alice\nusers:x:100:\n')
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true })
})

/** A program that stands in for getent: knows user 5000. */
function fakeGetent(): string {
  const path = join(folder, 'getent')
  writeFileSync(
    path,
    `#!/bin/sh\necho "$*" >>${folder}/asked\n[ "$1 $2" = "passwd 5000" ] && echo "ldap:x:5000:5000::/:/bin/sh" && exit 0\nexit 2\n`,
  )
  chmodSync(path, 0o755)
  return path
}

describe('names of this machine', () => {
  it('come from its databases', () => {
    const names = new MachineNames('now', databases)
    expect([names.user(0), names.user(1000), names.user(4)]).toEqual(['root', 'alice', undefined])
    expect([names.group(10), names.group(0)]).toEqual(['wheel', undefined])
  })

  it('are read again when a database changed', () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const names = new MachineNames('now', databases)
    expect(names.user(1001)).toBeUndefined()
    writeFileSync(databases.passwd, 'bob:x:1001:1001::/:/bin/sh\n')
    utimesSync(databases.passwd, 1, 1)
    vi.advanceTimersByTime(60_000)
    expect([names.user(1001), names.user(1000)]).toEqual(['bob', undefined])
  })

  it('that no file lists are asked of getent, once', () => {
    const names = new MachineNames('now', { ...databases, getent: fakeGetent() })
    expect([names.user(5000), names.user(5000), names.user(5001)]).toEqual([
      'ldap',
      'ldap',
      undefined,
    ])
  })

  it.each([
    ['passwd: files\n', undefined],
    ['# passwd: ldap\npasswd:  files [!UNAVAIL=return] # ldap\ngroup: files ldap\n', undefined],
    ['group: files ldap\n', undefined],
    ['passwd: files ldap\n', 'ldap'],
    ['passwd:files [NOTFOUND=continue] sss', 'ldap'],
    ['passwd: compat\n', 'ldap'],
  ])('are asked of getent only where the name service switch asks others: %j', (text, name) => {
    const nsswitch = join(folder, 'nsswitch.conf')
    writeFileSync(nsswitch, text)
    const names = new MachineNames('now', { ...databases, getent: fakeGetent(), nsswitch })
    expect(names.user(5000)).toBe(name)
    expect(existsSync(join(folder, 'asked'))).toBe(name !== undefined)
  })

  it('can be asked for in the background', async () => {
    const names = new MachineNames('background', { ...databases, getent: fakeGetent() })
    expect(names.user(5000)).toBeUndefined()
    await vi.waitFor(() => expect(names.user(5000)).toBe('ldap'), { timeout: 10_000 })
  })

  it('are unknown where there are no databases', () => {
    const nowhere = join(folder, 'nowhere')
    const names = new MachineNames('now', { passwd: nowhere, group: nowhere, getent: nowhere })
    expect([names.user(0), names.group(0)]).toEqual([undefined, undefined])
  })
})
