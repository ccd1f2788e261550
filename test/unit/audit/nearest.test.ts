import { describe, expect, it } from 'vitest'
import { nearest } from '@native/audit/nearest'

const FIELDS = ['auid', 'uid', 'arch', 'exit', 'success', 'perm']

describe('nearest', () => {
  it.each([
    ['auuid', 'auid'],
    ['aiud', 'auid'],
    ['ARCH', 'arch'],
    ['sucess', 'success'],
    ['prem', 'perm'],
  ])('%s was meant to be %s', (typed, meant) => {
    expect(nearest(typed, FIELDS)).toBe(meant)
  })

  it.each(['zzzz', '', 'x'.repeat(100_000)])(
    'offers nothing for what is near to nothing',
    (typed) => {
      expect(nearest(typed, FIELDS)).toBeNull()
    },
  )
})
