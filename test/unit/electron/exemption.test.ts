import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { decompileRule, printRule } from '@native/audit/rule'
import { Exemption, exemptProcess } from '../../../electron/main/helper/exemption'

/** The rules of the last call, as auditctl prints them. */
function printed(rules: string[]): string[] {
  return rules.map((rule) => {
    const decompiled = decompileRule(Uint8Array.from(Buffer.from(rule, 'base64')))
    return decompiled.ok ? printRule(decompiled.value) : decompiled.message
  })
}

describe('the exemption of our own processes', () => {
  let pids: number[]
  let calls: string[][]
  let answer: boolean
  let exemption: Exemption

  beforeEach(() => {
    vi.useFakeTimers()
    pids = [20, 10, 20]
    calls = []
    answer = true
    exemption = new Exemption(
      () => pids,
      (rules) => {
        calls.push(printed(rules))
        return Promise.resolve(answer)
      },
    )
  })
  afterEach(() => {
    exemption.update(false)
    vi.useRealTimers()
  })

  it('is one never rule a process', () => {
    expect(printRule(exemptProcess(42))).toBe('-a never,exit -S all -F pid=42')
  })

  it('is set once and again only when a process came or went', async () => {
    exemption.update(true)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(calls).toEqual([['-a never,exit -S all -F pid=10', '-a never,exit -S all -F pid=20']])
    pids = [10, 30]
    await vi.advanceTimersByTimeAsync(6_000)
    expect(calls.at(-1)).toEqual([
      '-a never,exit -S all -F pid=10',
      '-a never,exit -S all -F pid=30',
    ])
  })

  it('is taken back when the user no longer wants it', async () => {
    exemption.update(true)
    await vi.advanceTimersByTimeAsync(0)
    exemption.update(false)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(calls.at(-1)).toEqual([])
    expect(calls).toHaveLength(2)
  })

  it('is tried again when the kernel refused it', async () => {
    answer = false
    exemption.update(true)
    await vi.advanceTimersByTimeAsync(11_000)
    expect(calls.length).toBeGreaterThan(1)
  })

  describe('while the helper is slow to answer', () => {
    let answers: ((ok: boolean) => void)[]
    let slow: Exemption

    beforeEach(() => {
      answers = []
      slow = new Exemption(
        () => pids,
        (rules) => {
          calls.push(printed(rules))
          return new Promise((resolve) => answers.push(resolve))
        },
      )
    })
    const settle = () => vi.advanceTimersByTimeAsync(0)

    it('is taken back when it was turned off meanwhile', async () => {
      slow.update(true)
      slow.update(false)
      answers.shift()!(true)
      await settle()
      answers.shift()!(true)
      await settle()
      expect(calls).toHaveLength(2)
      expect(calls.at(-1)).toEqual([])
    })

    it('is asked of the next helper when the one before ended meanwhile', async () => {
      slow.update(true)
      slow.forget()
      answers.shift()!(true)
      await settle()
      await vi.advanceTimersByTimeAsync(6_000)
      expect(calls).toHaveLength(2)
      expect(calls[1]).toEqual(calls[0])
      slow.update(false)
    })

    it('is asked once at a time', async () => {
      slow.update(true)
      await vi.advanceTimersByTimeAsync(30_000)
      expect(calls).toHaveLength(1)
      slow.update(false)
    })
  })
})
