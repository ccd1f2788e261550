/**
 * Entry of a thread that talks to the kernel on a control socket of its own. The helper has two: one for commands and
 * one for the status poll, because the kernel may make the thread that asks sleep for seconds.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { ok, type Result } from '../audit/result'
import { unshareDescriptors } from '../kernel/descriptors'
import { openSocket, registerSocket } from '../kernel/netlink-socket'
import { RequestSocket, type KernelAnswer } from '../kernel/request'
import type { RequestsAnswer, RequestsCommand, RequestsWorkerData } from './requests-messages'

if ((workerData as RequestsWorkerData).isolated) unshareDescriptors()
const opened = openSocket()
const socket = opened.ok ? new RequestSocket(opened.value) : opened

function execute(command: RequestsCommand): Result<KernelAnswer> {
  if (command.kind === 'register') {
    const registered = registerSocket(command.fd, process.pid)
    return registered.ok ? ok({ ack: 0, payloads: [] }) : registered
  }
  return socket instanceof RequestSocket ? socket.run(command.request) : socket
}

parentPort!.on('message', (command: RequestsCommand) => {
  parentPort!.postMessage({
    id: command.id,
    result: execute(command),
  } satisfies RequestsAnswer)
})
