/** Gathers the raw facts for the diagnosis (native/audit/doctor judges them). */
import { readdirSync, readlinkSync } from 'node:fs'
import type { AuditSocket, Facts, KernelLogFacts, TaskFacts } from '../audit/doctor/facts'
import { readKernelLog } from '../kernel/kernel-log'
import { readNetlinkTable } from '../kernel/proc-netlink'
import { readBootTime, readComm, readProcesses, USER_HZ } from '../kernel/proc-process'
import {
  kernelName,
  readCapabilities,
  readCommandLine,
  readContainer,
  readHz,
  readNamespaces,
} from '../kernel/proc-system'
import type { AccessState } from './access'
import type { KernelApi } from './kernel-api'
import type { ProcessEntry } from './messages'
import { ruleText } from './rule-bytes'

/** The parent of the kernel's threads. */
const KTHREADD = 2
/** Most processes that a snapshot holds. */
const MAX_PROCESSES = 65_536

/** Start times are as exact as the kernel's boot time in /proc/stat, ms. */
const START_SLACK = 1000

/** The facts. `seenOn`: when auditing was first seen to be on in this boot, ms since the epoch; null: never. */
export async function gatherFacts(
  api: KernelApi,
  { access, problem }: AccessState,
  seenOn: number | null,
): Promise<Facts> {
  const control = access === 'control'
  const status = control ? await api.status() : null
  const switches = control ? await api.switches() : null
  const rules = control ? await api.rules() : null
  const kernelLog = readKernelLog()
  const daemon = status?.ok === true && status.value.pid !== 0 ? status.value.pid : null
  return {
    access,
    problem,
    kernel: kernelName(),
    hz: readHz(),
    cmdline: readCommandLine(),
    status: status?.ok === true ? status.value : null,
    features: switches?.ok === true ? switches.value : null,
    daemon: daemon === null ? null : { pid: daemon, comm: readComm(daemon) },
    sockets: readSockets(),
    capabilities: readCapabilities(),
    namespaces: readNamespaces(),
    container: readContainer(),
    rules: rules?.ok === true ? rules.value.map(ruleText) : null,
    tasks: taskFacts(listProcesses(), seenOn, kernelLog),
    kernelLog,
  }
}

/** What start times tell of tasks without an audit context. */
export function taskFacts(
  processes: readonly ProcessEntry[],
  seenOn: number | null,
  kernelLog: KernelLogFacts | null,
): TaskFacts {
  const userSpace = processes.filter(({ pid, ppid }) => pid !== KTHREADD && ppid !== KTHREADD)
  const logged = kernelLog?.onAt ?? null
  const at = Math.min(seenOn ?? Infinity, logged ?? Infinity)
  const known = at !== Infinity
  const from = at === seenOn ? 'seen' : 'kernel-log'
  const before = userSpace.filter(({ startedAt }) => startedAt < at + START_SLACK)
  return {
    total: userSpace.length,
    knownOn: known ? { at, from } : null,
    startedBefore: known ? before.length : null,
  }
}

/** The running processes. */
export function listProcesses(): ProcessEntry[] {
  const boot = readBootTime()
  return readProcesses(MAX_PROCESSES).map(({ startTicks, ...row }) => ({
    ...row,
    startedAt: boot + (startTicks * 1000) / USER_HZ,
  }))
}

/** The audit family's sockets with the processes that hold them, as far as /proc lets one see. */
function readSockets(): AuditSocket[] {
  const rows = readNetlinkTable().filter(({ portid }) => portid !== 0)
  const owners = ownersOf(new Set(rows.map(({ inode }) => inode)))
  return rows.map(({ inode, portid, groups, queued, drops }) => {
    const pid = owners.get(inode)
    const process = pid === undefined ? null : { pid, comm: readComm(pid) }
    return { portid, groups, queued, drops, process }
  })
}

/** The first process found to hold each of the sockets. */
function ownersOf(inodes: ReadonlySet<number>): Map<number, number> {
  const owners = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (owners.size === inodes.size) break
    if (!/^\d+$/.test(name)) continue
    for (const inode of socketsOf(name)) {
      if (inodes.has(inode) && !owners.has(inode)) owners.set(inode, Number(name))
    }
  }
  return owners
}

/** Inodes of the sockets that a process holds; empty when it has gone or may not be looked at. */
function socketsOf(pid: string): number[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const match = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))
      return match === null ? [] : [Number(match[1])]
    })
  } catch {
    return []
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file)
  } catch {
    return ''
  }
}
