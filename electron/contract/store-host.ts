/**
 * What main and the store (a utility process) tell each other over the process's own port: one table per direction.
 *
 * Main never parses records: it posts the helper's record frames as they came, several to a message, without a transfer
 * list (transfers through main's ports crash or lose data). Flow control is by bytes: main adds up what it posted, the
 * store acknowledges what it has put safely into its segment file (or dropped and counted); while more than
 * {@link MAX_UNACKED_BYTES} are on the way main drops newly read frames and says so with `dropped`, so that neither the
 * helper nor main ever waits for the store.
 */
import { z } from 'zod'
import type { StatusSample } from '@native/helper/protocol'
import type { Connection } from './ipc'

/** Bytes of record frames that may be posted and not yet acknowledged. */
export const MAX_UNACKED_BYTES = 64 * 2 ** 20

/** Checks the outside of a message that main built from checked parts. */
const object = <T extends object>() =>
  z.custom<T>((value) => typeof value === 'object' && value !== null && !Array.isArray(value))

const count = z.number().min(0).finite()

/** Messages from main to the store: kind → schema of the rest of the message. */
export const STORE_HOST_MESSAGES = {
  /**
   * First of all messages, and again whenever a setting changed. The live session starts, or is recovered from the
   * segments of a session that a crash cut off, when the first one arrives. `dataFolder` is absolute and belongs to the
   * app alone.
   */
  config: z.object({
    dataFolder: z.string().min(1),
    /** Bytes of memory for all sessions together; the oldest events go first. */
    memoryBudgetBytes: count,
    /** Bytes of segment files of the live session and its predecessors; 0 keeps nothing on disk. */
    diskBudgetBytes: count,
    /** Days after which recorded sessions are removed at start; 0 keeps them until the disk budget is reached. */
    retentionDays: count,
    /** Secrets in command lines are masked in exports and copies by default. */
    maskSecrets: z.boolean(),
  }),
  /** Carries one MessagePort: a renderer that speaks electron/contract/store.ts. It replaces the one before. */
  'renderer-port': z.looseObject({}),
  /** The payload of one `records` frame of the helper's protocol, as native/audit/netlink/records-frame.ts reads it. */
  records: z.object({ bytes: z.instanceof(Uint8Array) }),
  /** Main dropped record frames because the store had not acknowledged enough. `records` when main knows, else null. */
  dropped: z.object({ bytes: count, frames: count, records: count.nullable() }),
  /** The helper's sample, 2 Hz. */
  status: z.object({ sample: object<StatusSample>() }),
  connection: z.object({ connection: object<Connection>() }),
  /**
   * The user chose this path in a dialog, dropped it, or named it on the command line. The page may open, save or export
   * only what was granted: without this a compromised page could make the store read or overwrite any file of the user's.
   */
  grant: z.object({ path: z.string().min(1).max(4096), access: z.enum(['read', 'write']) }),
  /** Process ids of the app and of what else lives from the records: their events are fed back. Told regularly. */
  'own-processes': z.object({ pids: z.array(count) }),
  /** Something to mark on the charts' time axis: a mode change, rules applied, a setting set. `time` in ms. */
  mark: z.object({ time: z.number().finite(), text: z.string().max(256) }),
  /** Empties the live session and removes every file that the store keeps under the data folder. Answered by `deleted`. */
  'delete-all': z.looseObject({}),
  /** Flush, close files, answer `stopped`, exit. Main gives it 2 s. */
  shutdown: z.looseObject({}),
} as const

export type StoreHostKind = keyof typeof STORE_HOST_MESSAGES
/** A message from main to the store. */
export type StoreHostMessage = {
  [K in StoreHostKind]: { kind: K } & z.infer<(typeof STORE_HOST_MESSAGES)[K]>
}[StoreHostKind]

/** Messages from the store to main: kind → what comes with it. */
export interface StoreHostReplies {
  /** The process listens; main may post `config` and the rest. */
  ready: object
  /** So many bytes of `records` messages are done with; main subtracts them from what is un-acked. */
  ack: { bytes: number }
  /** All files are gone: how many there were, and their bytes. */
  deleted: { files: number; bytes: number }
  /**
   * Something that the user must know, such as a full disk or a read-only data folder. Capturing goes on in memory.
   * `code` as in Result; the same problem is told once until it is over, then with `solved` set.
   */
  problem: { code: string; message: string; hint: string; solved: boolean }
  /** Everything is flushed and closed; the process exits now. */
  stopped: object
}
export type StoreHostReplyKind = keyof StoreHostReplies
/** A message from the store to main. */
export type StoreHostReply = {
  [K in StoreHostReplyKind]: { kind: K } & StoreHostReplies[K]
}[StoreHostReplyKind]
