/** Entry of the drain's thread: a loop that is left only to do what the main thread asks for. */
import { receiveMessageOnPort, workerData } from 'node:worker_threads'
import { Drain } from '../kernel/drain'
import type { DrainAnswer, DrainCommand, DrainWorkerData } from './drain-messages'

const { memory, port } = workerData as DrainWorkerData
const drain = new Drain(memory)

/** Does a command; returns the errno's name when the kernel refused it. */
function execute(command: DrainCommand): string | null {
  switch (command.kind) {
    case 'listen':
      drain.listen(command.fd, command.subscription, command.receiveBuffer)
      return null
    case 'hand-over':
      drain.handOver(command.fd, command.subscription, command.receiveBuffer)
      return null
    case 'hold':
      drain.hold(command.held)
      return null
    case 'finish':
      drain.finish()
      return null
    case 'nice':
      return drain.setNice(command.nice)
    case 'stop':
      drain.stop()
      return null
  }
}

drain.run(() => {
  for (
    let received = receiveMessageOnPort(port);
    received !== undefined;
    received = receiveMessageOnPort(port)
  ) {
    const command = received.message as DrainCommand
    port.postMessage({ id: command.id, refusal: execute(command) } satisfies DrainAnswer)
  }
})
// An open port would keep the thread alive.
port.close()
