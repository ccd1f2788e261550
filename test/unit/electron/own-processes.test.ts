import { spawn } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { childrenOf, OwnProcesses } from '../../../electron/main/helper/own-processes'

describe('children of a process', () => {
  it('are those that it started and that live', async () => {
    const child = spawn('sleep', ['60'])
    expect(childrenOf(process.pid)).toContain(child.pid)
    child.kill()
    await new Promise((resolve) => child.once('close', resolve))
    expect(childrenOf(process.pid)).not.toContain(child.pid)
  })

  it('are none of a process that has gone', () => {
    expect(childrenOf(2 ** 22 + 1)).toEqual([])
  })
})

describe('our own processes', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it('are told at once and then regularly, until nobody is connected', () => {
    const told: number[][] = []
    let pids = [1, 2]
    const own = new OwnProcesses(
      () => pids,
      (list) => told.push(list),
    )
    own.update(true)
    own.update(true)
    pids = [3]
    vi.advanceTimersByTime(5000)
    own.update(false)
    vi.advanceTimersByTime(60_000)
    expect(told).toEqual([[1, 2], [3]])
  })
})
