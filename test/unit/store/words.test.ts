import fc from 'fast-check'
import { expect, it } from 'vitest'
import { absolutePath } from '@native/audit/event'
import { surelyNot } from '../../../electron/store/query/ascii-words'

it('bytes that are said not to contain words do not, whatever becomes of their path', () => {
  const piece = fc.constantFrom('/', '.', '..', 'a', 'B', 'ab', 'file7', 'TXT', 'ü', 'K', ' ')
  const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
  let ruledOut = 0
  fc.assert(
    fc.property(text, text, (rest, words) => {
      const name = `/${rest}`
      const wanted = words.toLowerCase()
      if (!surelyNot(wanted)(Buffer.from(name), 0)) return
      ruledOut++
      expect(absolutePath('', name).toLowerCase()).not.toContain(wanted)
      expect(name.toLowerCase()).not.toContain(wanted)
    }),
    { numRuns: 5000 },
  )
  expect(ruledOut).toBeGreaterThan(100)
})

it('words with slashes and dots are ruled out by their longest part', () => {
  const never = surelyNot('file7.txt')
  expect(never(Buffer.from('/etc/passwd'), 0)).toBe(true)
  expect(never(Buffer.from('/tmp/FILE7.txt'), 0)).toBe(false)
})
