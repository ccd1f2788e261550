/** This machine's kernel for tests of rules: requests from this process, and the CLI's view of it. */
import { ok, type Result } from '@native/audit/result'
import { thisMachine, type Machine } from '@native/cli/machine'
import { KernelApi } from '@native/helper/kernel-api'
import type { Requester } from '@native/helper/requests-thread'
import { openSocket } from '@native/kernel/netlink-socket'
import { kernelName, readHz } from '@native/kernel/proc-system'
import { RequestSocket, type KernelAnswer, type KernelRequest } from '@native/kernel/request'
import { value } from '../helper'

/** Asks the kernel from the thread that calls: tests have nothing else to do meanwhile. */
class DirectRequester implements Requester {
  private readonly socket = new RequestSocket(value(openSocket()))

  request(request: KernelRequest): Promise<Result<KernelAnswer>> {
    return Promise.resolve(this.socket.run(request))
  }
}

/** The kernel's audit subsystem. */
export function hostApi(): KernelApi {
  return new KernelApi(new DirectRequester())
}

/** The machine that commands of the CLI run on. */
export function hostMachine(): Machine {
  const api = hostApi()
  return {
    ...thisMachine,
    kernel: () =>
      Promise.resolve(
        ok({
          api,
          hz: readHz(),
          kernel: kernelName(),
          memoryBytes: 2 ** 32,
          processName: () => '',
        }),
      ),
    giveUpRights: () => undefined,
  }
}
