import { describe, expect, it } from 'vitest'
import { EventDigest, ProcessChains } from '@native/audit/event'

function digest(pid: number, ppid: number, comm = `c${pid}`): EventDigest {
  return Object.assign(new EventDigest(), { pid, ppid, comm, exe: `/bin/${comm}` })
}
const pids = (chains: ProcessChains, event: EventDigest, node = ''): number[] =>
  chains.of(node, event).map(({ pid }) => pid)

describe('the chain of a process', () => {
  it('leads from parent to parent, up to the first one that made no event', () => {
    const chains = new ProcessChains()
    for (const [pid, ppid] of [
      [10, 1],
      [20, 10],
      [30, 20],
    ] as const)
      chains.note('', digest(pid, ppid))
    expect(chains.of('', digest(40, 30))).toEqual([
      { pid: 30, comm: 'c30', exe: '/bin/c30' },
      { pid: 20, comm: 'c20', exe: '/bin/c20' },
      { pid: 10, comm: 'c10', exe: '/bin/c10' },
      { pid: 1, comm: '', exe: '' },
    ])
  })

  it('follows what a process became: a new program, a new parent, a number that is used again', () => {
    const chains = new ProcessChains()
    chains.note('', digest(10, 1, 'sh'))
    chains.note('', digest(10, 1, 'cat'))
    expect(chains.of('', digest(20, 10))[0]).toMatchObject({ pid: 10, comm: 'cat' })
    chains.note('', digest(10, 5, 'other'))
    expect(pids(chains, digest(20, 10))).toEqual([10, 5])
  })

  it('of one machine is not that of another', () => {
    const chains = new ProcessChains()
    chains.note('a', digest(10, 5))
    expect(pids(chains, digest(20, 10), 'b')).toEqual([10])
    expect(pids(chains, digest(20, 10), 'a')).toEqual([10, 5])
  })

  it('ends where it would go round in circles, and where an event names nobody', () => {
    const chains = new ProcessChains()
    chains.note('', digest(10, 20))
    chains.note('', digest(20, 10))
    expect(pids(chains, digest(20, 10))).toEqual([10])
    expect(pids(chains, digest(-1, -1))).toEqual([])
    expect(pids(chains, digest(1, 0))).toEqual([])
  })

  it('is bounded: who was seen longest ago is forgotten, on whichever machine', () => {
    const chains = new ProcessChains(3)
    chains.note('a', digest(1, 0))
    for (let pid = 10; pid < 20; pid++) chains.note('b', digest(pid, pid - 1))
    expect(pids(chains, digest(5, 1), 'a')).toEqual([1])
    expect(pids(chains, digest(20, 19), 'b')).toEqual([19, 18, 17, 16])
  })
})
