import type { EventDigest } from './event-digest'

/** An ancestor of a process. */
export interface Ancestor {
  pid: number
  /** Empty when no event of it has been seen. */
  comm: string
  exe: string
}

interface Process {
  readonly ppid: number
  readonly comm: string
  readonly exe: string
}

/** Deepest chain that is followed: deeper is a loop, or made up. */
const DEEPEST = 64
/** Processes of all machines that are remembered; those seen longest ago are forgotten first. */
const MAX_PROCESSES = 65_536

/**
 * Who started whom, as far as events tell: each names its process and the parent of it. Give it every event in turn, and
 * it answers for the one at hand. Bounded; a process number that is used again belongs to the newer process.
 *
 * An ancestor that made no event is known by its number only, and there the chain ends: the log does not say who its
 * parent is.
 */
export class ProcessChains {
  /** By node, then by process. A map keeps the order in which keys were put in: the oldest comes first. */
  private readonly nodes = new Map<string, Map<number, Process>>()
  private count = 0

  constructor(private readonly limit = MAX_PROCESSES) {}

  /** Takes what an event says of its process. */
  note(node: string, { pid, ppid, comm, exe }: EventDigest): void {
    if (pid <= 0 || ppid < 0) return
    const processes = this.processesOf(node)
    const known = processes.get(pid)
    if (known !== undefined && known.ppid === ppid && known.comm === comm && known.exe === exe)
      return
    if (known === undefined) this.count++
    else processes.delete(pid)
    processes.set(pid, { ppid, comm, exe })
    if (this.count > this.limit) this.forgetOldest()
  }

  /** The ancestors of an event's process, its parent first. */
  of(node: string, digest: Pick<EventDigest, 'pid' | 'ppid'>): Ancestor[] {
    const processes = this.nodes.get(node)
    const chain: Ancestor[] = []
    const seen = new Set([digest.pid])
    let pid = digest.ppid
    while (pid > 0 && chain.length < DEEPEST && !seen.has(pid)) {
      seen.add(pid)
      const process = processes?.get(pid)
      chain.push({ pid, comm: process?.comm ?? '', exe: process?.exe ?? '' })
      if (process === undefined) break
      pid = process.ppid
    }
    return chain
  }

  private processesOf(node: string): Map<number, Process> {
    let processes = this.nodes.get(node)
    if (processes === undefined) this.nodes.set(node, (processes = new Map<number, Process>()))
    return processes
  }

  private forgetOldest(): void {
    for (const [node, processes] of this.nodes) {
      const oldest = processes.keys().next().value
      if (oldest !== undefined) {
        processes.delete(oldest)
        this.count--
      }
      if (processes.size === 0) this.nodes.delete(node)
      return
    }
  }
}
