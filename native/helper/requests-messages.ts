/** What the helper's main thread and a requests thread tell each other. */
import type { Result } from '../audit/result'
import type { KernelAnswer, KernelRequest } from '../kernel/request'

/** What a requests worker is started with. */
export interface RequestsWorkerData {
  /** Whether the thread gets a descriptor table of its own (unshareDescriptors); it cannot register a socket then. */
  isolated: boolean
}

/** Commands to the thread, done one after the other. */
export type RequestsCommand = { id: number } & (
  { kind: 'request'; request: KernelRequest } | { kind: 'register'; fd: number }
)

/** The thread's answer. */
export interface RequestsAnswer {
  id: number
  result: Result<KernelAnswer>
}
