/**
 * What a command may touch of its process: output that survives a closed pipe, input, and the signal to end. Tests hand in
 * their own.
 */
import type { Readable, Writable } from 'node:stream'
import type { Machine } from './machine'

/** An output stream. */
export interface Output {
  /** Writes; resolves when the stream can take more, at once when nobody reads any longer. Never rejects. */
  write(chunk: string | Uint8Array): Promise<void>
  /** Bytes that were written and not yet taken by the reader: what a live command looks at before it adds more. */
  readonly pending: number
  /** True when a person looks at it (a terminal). */
  readonly terminal: boolean
  /** Width of the terminal in columns; 100 when it is none. */
  readonly columns: number
}

export interface Io {
  out: Output
  err: Output
  input: Readable
  env: Readonly<Record<string, string | undefined>>
  /** Aborted by Ctrl-C, SIGTERM, SIGHUP, and when the reader of the output went away: finish, put things back, return. */
  signal: AbortSignal
  machine: Machine
}

const WIDTH_WITHOUT_TERMINAL = 100

interface MaybeTerminal {
  isTTY?: boolean
  columns?: number
}

/**
 * Wraps a stream. When its reader goes away (EPIPE and the like), `ending` is aborted; once `ending` is aborted, nobody
 * waits for a slow reader any longer.
 */
export function output(stream: Writable & MaybeTerminal, ending: AbortController): Output {
  let open = true
  const waiting = new Set<() => void>()
  const release = (): void => {
    for (const resolve of waiting) resolve()
    waiting.clear()
  }
  const close = (): void => {
    if (!open) return
    open = false
    ending.abort()
  }
  ending.signal.addEventListener('abort', release)
  stream.on('error', close)
  stream.on('close', close)
  stream.on('drain', release)
  return {
    write(chunk) {
      if (!open || stream.write(chunk) || ending.signal.aborted) return Promise.resolve()
      return new Promise((resolve) => waiting.add(resolve))
    },
    get pending() {
      return open ? stream.writableLength : 0
    },
    get terminal() {
      return stream.isTTY === true
    },
    get columns() {
      return stream.columns ?? WIDTH_WITHOUT_TERMINAL
    },
  }
}
