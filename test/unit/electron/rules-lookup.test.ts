import { describe, expect, it } from 'vitest'
import { lookUp } from '../../../electron/main/rules-lookup'

describe('looking up names of rules', () => {
  it('finds users and groups of this machine and leaves unknown ones out', async () => {
    const found = await lookUp({
      users: ['root', 'nobody-has-this-name'],
      groups: ['root', 'no-such-group'],
      paths: [],
    })
    expect(found.users).toEqual({ root: 0 })
    expect(found.groups).toEqual({ root: 0 })
  })

  it('takes names that getent would understand in another way for unknown', async () => {
    const found = await lookUp({ users: ['0', '-s', 'a:b', ''], groups: ['--help'], paths: [] })
    expect(found).toEqual({ users: {}, groups: {}, directories: [], missing: [] })
  })

  it('tells directories from files, missing and relative paths', async () => {
    const paths = ['/etc', '/etc/passwd', '/no/such/path', 'etc', '/etc\0']
    const found = await lookUp({ users: [], groups: [], paths })
    expect(found.directories).toEqual(['/etc'])
    expect(found.missing).toEqual(['/no/such/path'])
  })
})
