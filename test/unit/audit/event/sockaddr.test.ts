import { isIPv6 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { absolutePath, decodeSockaddr, StringCache } from '@native/audit/event'

describe('a socket address', () => {
  it.each([
    [
      '0200003500000000C000020100000000'.slice(0, 8) + 'C00002010000000000000000',
      { family: 'inet', text: '192.0.2.1:53', port: 53 },
    ],
    [
      '0A001F9000000000' + '20010DB8000000000001000000000001' + '00000000',
      { family: 'inet6', text: '[2001:db8::1:0:0:1]:8080' },
    ],
    [
      '0A001F9000000000' + '00000000000000000000FFFFC0000203' + '00000000',
      { text: '[::ffff:192.0.2.3]:8080' },
    ],
    ['0A00005000000000' + '00000000000000000000000000000000' + '00000000', { text: '[::]:80' }],
    [
      '0A00005000000000' + 'FE800000000000000000000000000001' + '02000000',
      { text: '[fe80::1%2]:80' },
    ],
    ['01002F746D702F7300', { family: 'local', text: '/tmp/s', path: '/tmp/s', abstract: false }],
    ['010000616273', { text: '@abs', path: 'abs', abstract: true }],
    ['0100', { family: 'local', text: '', short: true }],
    [
      '100000002A00000001000000',
      { family: 'netlink', text: 'netlink pid 42', details: { family: 16, pid: 42, groups: 1 } },
    ],
    [
      '1100000302000000000000000000',
      { family: 'packet', text: 'interface 2', details: { protocol: 3, ifindex: 2 } },
    ],
    ['28000000D20400000200000000000000', { family: 'vsock', text: 'vsock 2:1234', port: 1234 }],
    ['0200', { family: 'inet', text: '', short: true }],
    ['6300', { family: 'unknown-family(99)', text: '' }],
    ['05000000', { family: 'appletalk', text: '' }],
    ['0002003500000000', { family: 'inet', short: true }],
  ])('%s', (hex, expected) => expect(decodeSockaddr(hex)).toMatchObject(expected))

  it.each(['', '0', 'zz', '02', '0x02'])('%j is none', (hex) =>
    expect(decodeSockaddr(hex)).toBeUndefined(),
  )

  it('of IPv6 is written as the platform would write it', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.boolean(),
        (address, sparse) => {
          if (sparse) for (let i = 0; i < 16; i++) if (i % 4 < 2) address[i] = 0
          const hex = `0A000050${'00'.repeat(4)}${Buffer.from(address).toString('hex')}${'00'.repeat(4)}`
          const text = decodeSockaddr(hex)!.address!
          expect(isIPv6(text)).toBe(true)
          const mapped = text.startsWith('::ffff:') && text.includes('.')
          if (!mapped) expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`)
        },
      ),
    )
  })

  it('of any bytes throws nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 130 }), (data) => {
        expect(decodeSockaddr(Buffer.from(data).toString('hex'))).toBeDefined()
      }),
    )
  })
})

describe('a path', () => {
  it.each([
    ['/home/a', 'b', '/home/a/b'],
    ['/home/a', '../b', '/home/b'],
    ['/', '/etc/../etc/./passwd', '/etc/passwd'],
    ['/', '../../x', '/x'],
    ['/a', '.', '/a'],
    ['', 'b', 'b'],
    ['/a', '', ''],
    ['/a', '/b//c/', '/b/c'],
    ['/a', '/', '/'],
    ['/a', '..hidden', '/a/..hidden'],
  ])('%j in %j', (cwd, path, expected) => expect(absolutePath(cwd, path)).toBe(expected))
})

describe('the cache of strings', () => {
  it('never gives the string of other bytes', () => {
    const cache = new StringCache()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 130 }), (data) => {
        const expected = Buffer.from(data).toString('latin1')
        expect(cache.get(data, 0, data.length)).toBe(expected)
        expect(cache.get(data, 0, data.length)).toBe(expected)
      }),
      { numRuns: 5000 },
    )
  })
})
