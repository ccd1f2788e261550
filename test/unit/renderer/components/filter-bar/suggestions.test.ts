// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, ref, type EffectScope } from 'vue'
import { complete } from '@native/audit/query'
import {
  isUnfinished,
  mergeOptions,
  useSuggestions,
} from '@renderer/components/filter-bar/suggestions'
import { queryNames } from '@renderer/composables/events/query-names'

const unfinished = (text: string): boolean => {
  const completion = complete(text, text.length, queryNames)
  return isUnfinished(completion, completion.options)
}

describe('what is still being typed', () => {
  it.each(['sys', 'syscall', 'syscall=', 'syscall=unl', 'syscall=unlink and us'])('%s', (text) => {
    expect(unfinished(text)).toBe(true)
  })
  it.each(['syscall=unlink', 'passwd', 'pid=42', 'exe="/usr/bin/rm"'])('not %s', (text) => {
    expect(unfinished(text)).toBe(false)
  })
})

describe('values', () => {
  it('that occur come first and only once', () => {
    const known = [{ label: 'unlink', detail: 'call', insert: 'unlink' }]
    const merged = mergeOptions(known, [{ value: 'unlink', count: 7 }])
    expect(merged).toEqual([{ label: 'unlink', detail: '7 events', insert: 'unlink' }])
  })
})

describe('completion', () => {
  let scope: EffectScope
  beforeEach(() => {
    vi.useFakeTimers()
    scope = effectScope()
  })
  afterEach(() => {
    scope.stop()
    vi.useRealTimers()
  })

  it('offers values that occur, drops those that no longer fit at once, and late answers', async () => {
    const text = ref('comm=')
    const cursor = ref(5)
    const answers: ((values: { value: string; count: number }[]) => void)[] = []
    const ask = vi.fn(
      () => new Promise<{ value: string; count: number }[]>((resolve) => answers.push(resolve)),
    )
    const { options, take } = scope.run(() => useSuggestions(text, cursor, queryNames, ask))!
    await vi.advanceTimersByTimeAsync(100)
    answers[0]!([
      { value: 'bash', count: 3 },
      { value: 'make', count: 2 },
    ])
    await vi.advanceTimersByTimeAsync(0)
    expect(options.value.map(({ label }) => label)).toEqual(['bash', 'make'])
    text.value = 'comm=m'
    cursor.value = 6
    expect(options.value.map(({ label }) => label)).toEqual(['make'])
    await vi.advanceTimersByTimeAsync(100)
    text.value = 'comm=ma'
    cursor.value = 7
    await vi.advanceTimersByTimeAsync(100)
    answers[2]!([{ value: 'man', count: 1 }])
    answers[1]!([{ value: 'mv', count: 9 }])
    await vi.advanceTimersByTimeAsync(0)
    expect(options.value.map(({ label }) => label)).toEqual(['man'])
    expect(take(options.value[0]!)).toEqual({ text: 'comm=man ', cursor: 9 })
  })

  it('quotes a value that needs it', async () => {
    const text = ref('exe=')
    const { options, take } = scope.run(() =>
      useSuggestions(text, ref(4), queryNames, () =>
        Promise.resolve([{ value: 'a b" or 1', count: 1 }]),
      ),
    )!
    await vi.advanceTimersByTimeAsync(100)
    expect(take(options.value[0]!).text).toBe('exe="a b\\" or 1" ')
  })
})
