import { afterEach, expect, it } from 'vitest'
import { libc } from '@native/kernel/libc'
import { forbidInspection, owningProc } from '@native/kernel/process-control'

const PR_GET_DUMPABLE = 3
const PR_SET_DUMPABLE = 4
const isDumpable = () => libc.prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)

// The test's own process goes on.
afterEach(() => libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))

it('opens the process to others of its user for the task alone', () => {
  forbidInspection()
  expect(isDumpable()).toBe(0)
  const seen: number[] = []
  owningProc(() => seen.push(isDumpable()))
  expect(seen).toEqual([1])
  expect(isDumpable()).toBe(0)
})

it('closes it again when the task fails', () => {
  forbidInspection()
  const task = () => {
    throw new Error('EACCES')
  }
  expect(() => owningProc(task)).toThrow('EACCES')
  expect(isDumpable()).toBe(0)
})
