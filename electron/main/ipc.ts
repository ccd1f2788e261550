/**
 * The choke point of the renderer's requests: sender check, name check, argument check, then the handler; the answer is
 * always a Result. What may be asked for is the table in electron/contract/ipc.ts.
 */
import { ipcMain, type WebContents } from 'electron'
import log from 'electron-log/main'
import { z } from 'zod'
import { CHANNELS } from '@contract/channels'
import { IPC_REQUESTS, type IpcArgs, type IpcRequestName, type IpcResults } from '@contract/ipc'
import { fail, type Result } from '@native/audit/result'
import { isTrustedSender } from './security'

export type Handlers = {
  [N in IpcRequestName]: (
    args: IpcArgs<N>,
  ) => Promise<Result<IpcResults[N]>> | Result<IpcResults[N]>
}

/** Serves `handlers` to the page that `page()` names at the time of the call, and to nobody else. */
export function serveIpc(handlers: Handlers, page: () => WebContents | null): void {
  ipcMain.handle(CHANNELS.invoke, (event, message: unknown) => {
    if (!isTrustedSender(event.senderFrame, page())) {
      log.warn('A request from an unexpected frame was refused.')
      return fail('sender', 'This frame may not use Auditscope.')
    }
    return answer(handlers, message)
  })
}

/** Checks one message and runs its handler. Never throws: a bug becomes a Result with code `internal`. */
export async function answer(handlers: Handlers, message: unknown): Promise<Result<unknown>> {
  const envelope = z.object({ name: z.string().max(64), args: z.unknown() }).safeParse(message)
  if (!envelope.success) return fail('usage', 'The request has no name.')
  const { name, args } = envelope.data
  if (!isRequestName(name))
    return fail('usage', `There is no request named ${JSON.stringify(name)}.`)
  const checked = IPC_REQUESTS[name].safeParse(args)
  if (!checked.success) return fail('usage', `${name}: ${z.prettifyError(checked.error)}`)
  try {
    // The table ties each name to its schema and handler; TypeScript cannot follow that through the index.
    const handler = handlers[name] as (args: unknown) => Promise<Result<unknown>>
    return await handler(checked.data)
  } catch (error) {
    log.error(`${name} failed`, error)
    return fail(
      'internal',
      `${name} failed: ${error instanceof Error ? error.message : String(error)}`,
      'Details are in the log file.',
    )
  }
}

function isRequestName(name: string): name is IpcRequestName {
  return Object.hasOwn(IPC_REQUESTS, name)
}
