/** What the helper's main thread and the drain's thread tell each other; rare, and never about records. */
import type { MessagePort } from 'node:worker_threads'
import type { DrainMemory } from '../kernel/drain'

/** What the drain's worker is started with. */
export interface DrainWorkerData {
  memory: DrainMemory
  port: MessagePort
}

/** Commands to the drain; each is answered with its id. */
export type DrainCommand = { id: number } & (
  | { kind: 'listen' | 'hand-over'; fd: number; subscription: number; receiveBuffer: number }
  | { kind: 'hold'; held: boolean }
  | { kind: 'finish' }
  | { kind: 'nice'; nice: number }
  | { kind: 'stop' }
)

/** The drain's answer; `refusal` is an errno's name. */
export interface DrainAnswer {
  id: number
  refusal: string | null
}
