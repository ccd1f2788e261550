/** What the processes of a tree cost, from /proc. */
import { readdirSync, readFileSync } from 'node:fs'

/** Ticks per second of /proc/PID/stat (proc(5): sysconf(_SC_CLK_TCK), 100 on Linux). */
const TICKS = 100

export interface ProcessCost {
  pid: number
  parent: number
  /** What it is: main, renderer, gpu-process, utility, zygote or helper. */
  role: string
  /** User and system time so far, s. */
  cpuSeconds: number
}

/** The process and all of its descendants. */
export function treeOf(root: number): ProcessCost[] {
  const all = allProcesses()
  const tree = all.filter(({ pid }) => pid === root)
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid))
  return tree
}

/** Proportional set size, bytes: pages that processes share count once (smaps_rollup); 0 for a process that ended. */
export function memoryOf(pid: number): number {
  try {
    const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
    return Number(kilobytes?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

function allProcesses(): ProcessCost[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / TICKS
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8')
        return [{ pid: Number(name), parent: Number(fields[1]), role: roleOf(command), cpuSeconds }]
      } catch {
        return []
      }
    })
}

function roleOf(command: string): string {
  const type = /--type=([\w-]+)/.exec(command)?.[1]
  const service = /--utility-sub-type=([\w.]+)/.exec(command)?.[1]
  if (type !== undefined) return service?.startsWith('node.') ? 'store' : type
  return command.includes('helper.cjs') ? 'helper' : 'main'
}
