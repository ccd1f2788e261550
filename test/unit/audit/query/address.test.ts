import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inNetwork, parseAddress, parseNetwork } from '@native/audit/query/address'

const v4 = fc.ipV4()
const v6 = fc.ipV6()

describe('addresses', () => {
  it('are those that Node takes for addresses', () => {
    const nearly = fc.string({ unit: fc.constantFrom(...'0123456789abcdef:.'), maxLength: 20 })
    fc.assert(
      fc.property(fc.oneof(v4, v6, nearly), (text) => {
        expect(parseAddress(text) !== null).toBe(isIP(text) !== 0)
      }),
      { numRuns: 3000 },
    )
  })

  it('lie in the networks that Node says they lie in', () => {
    const pair = fc.oneof(
      fc.tuple(v4, v4, fc.integer({ min: 0, max: 32 }), fc.constant('ipv4' as const)),
      fc.tuple(v6, v6, fc.integer({ min: 0, max: 128 }), fc.constant('ipv6' as const)),
    )
    fc.assert(
      fc.property(pair, ([address, base, bits, family]) => {
        const network = parseNetwork(`${base}/${bits}`)!
        const parsed = parseAddress(address)!
        fc.pre(
          parsed.length === (family === 'ipv4' ? 4 : 16) && network.bytes.length === parsed.length,
        )
        const list = new BlockList()
        list.addSubnet(base, bits, family)
        expect(inNetwork(parsed, network)).toBe(list.check(address, family))
      }),
    )
  })

  it.each(['10.0.0.0/33', '10.0.0/8', '::/129', '::ffff:10.0.0.0/95', '/8', '10.0.0.0/'])(
    '%s is no network',
    (text) => {
      expect(parseNetwork(text)).toBeNull()
    },
  )

  it('counts the prefix of a mapped address from the mapping', () => {
    expect(parseNetwork('::ffff:10.0.0.0/104')).toEqual({ bytes: [10, 0, 0, 0], bits: 8 })
  })
})
