/** How commands reach the machine: the kernel's control socket, and the helper. Tests hand in a machine of their own. */
import { join } from 'node:path'
import type { Facts } from '@native/audit/doctor/facts'
import { ok, type Result } from '@native/audit/result'
import type { Launch } from '@native/helper/launch'
import type { KernelApi } from '@native/helper/kernel-api'

/** A control socket to the kernel, and what its answers are to be read with. */
export interface KernelSession {
  api: KernelApi
  /** Jiffies per second: divides every wait time into seconds. */
  hz: number
  kernel: { release: string; machine: string }
  /** Memory of the machine, bytes. */
  memoryBytes: number
  /** `/proc/PID/comm` of a process; empty when there is none. */
  processName(pid: number): string
}

export interface Machine {
  /** Opens a control socket. It asks nothing yet, so it succeeds without privileges as well. */
  kernel(): Promise<Result<KernelSession>>
  /** Raw facts for the diagnosis; as many as this process may see. */
  facts(): Promise<Facts>
  /** Lets this process go on as nobody when it is root: for what faces a network. */
  giveUpRights(): void
  /** How the helper is started; a failure says why it cannot be. */
  helper(): Promise<Result<Launch>>
}

/** uid and gid of nobody. */
const NOBODY = 65534

/** Programs that are bundled beside this one: `out/cli` and `out/helper`, or `resources/cli` and `resources/helper`. */
export function bundledHelper(name: string): string {
  return join(__dirname, '..', 'helper', name)
}

/** The machine that this process runs on. */
export const thisMachine: Machine = {
  async facts() {
    const { gatherFacts } = await import('@native/helper/facts')
    const { readAccess } = await import('@native/helper/access')
    const { api } = await openKernel()
    return gatherFacts(api, readAccess(await api.status()), null)
  },
  async kernel() {
    return ok(await openKernel())
  },
  giveUpRights() {
    if (process.getuid?.() !== 0) return
    process.setgroups!([NOBODY])
    process.setgid!(NOBODY)
    process.setuid!(NOBODY)
  },
  async helper() {
    const { HELPER_WRAPPER, planLaunch } = await import('@native/helper/launch')
    return planLaunch({
      script: bundledHelper('helper.cjs'),
      wrapper: HELPER_WRAPPER,
      asksInTerminal: true,
    })
  },
}

async function openKernel(): Promise<KernelSession> {
  const [{ KernelApi: Api }, { RequestsThread }, system, process, os] = await Promise.all([
    import('@native/helper/kernel-api'),
    import('@native/helper/requests-thread'),
    import('@native/kernel/proc-system'),
    import('@native/kernel/proc-process'),
    import('node:os'),
  ])
  // A thread of its own, because the kernel makes whoever asks sleep while its backlog is full.
  const thread = new RequestsThread(bundledHelper('requests.cjs'), { isolated: false })
  return {
    api: new Api(thread),
    hz: system.readHz(),
    kernel: system.kernelName(),
    memoryBytes: os.totalmem(),
    processName: process.readComm,
  }
}
