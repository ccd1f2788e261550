/**
 * What the window needs from outside of itself: main (requests and pushes) and the store. The real app, the unit tests
 * and the demo in a plain browser differ in nothing but the implementation of this interface.
 */
import type { InjectionKey } from 'vue'
import type { IpcArgs, IpcPushes, IpcPushName, IpcRequestName, IpcResults } from '@contract/ipc'
import type {
  StoreArgs,
  StorePushes,
  StorePushName,
  StoreRequestName,
  StoreResults,
} from '@contract/store'
import type { CommandArgs, CommandName, CommandResult } from '@native/helper/protocol'
import type { Result } from '@native/audit/result'

/** Ends a subscription. Calling it twice does nothing. */
export type Unsubscribe = () => void

/**
 * Connection to the store process. `waiting`: not there yet, requests queue; `lost`: the process ended, requests fail
 * until main starts another one.
 */
export type StoreState = 'waiting' | 'open' | 'lost'

/** The store's side: requests are answered in any order, pushes come 10 times a second at most. */
export interface StoreClient {
  readonly state: StoreState
  request<N extends StoreRequestName>(name: N, args: StoreArgs<N>): Promise<Result<StoreResults[N]>>
  on<N extends StorePushName>(name: N, listener: (value: StorePushes[N]) => void): Unsubscribe
  onState(listener: (state: StoreState) => void): Unsubscribe
}

/** Everything outside of the window. */
export interface Platform {
  invoke<N extends IpcRequestName>(name: N, args: IpcArgs<N>): Promise<Result<IpcResults[N]>>
  on<N extends IpcPushName>(name: N, listener: (value: IpcPushes[N]) => void): Unsubscribe
  readonly store: StoreClient
}

export const PLATFORM: InjectionKey<Platform> = Symbol('platform')

/** Sends one command of the helper's table; types follow from the command's name. */
export async function helperCommand<N extends CommandName>(
  platform: Platform,
  name: N,
  args: CommandArgs<N>,
): Promise<Result<CommandResult<N>>> {
  // Main and the helper check arguments and results against the same table that the types come from.
  return (await platform.invoke('helper.command', { name, args })) as Result<CommandResult<N>>
}
