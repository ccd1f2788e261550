/**
 * The envelope that crosses every boundary (helper protocol, IPC, CLI): a value, or an error that a person can act on.
 * A user's mistake, a refusal by the kernel and a bug are told apart by `code`.
 */

/** Why something did not happen. Survives JSON; carries no stack. */
export interface Failure {
  ok: false
  /** Stable, machine-readable: `usage`, `refused`, `dismissed`, `no-agent`, `internal`, or an errno name such as `EEXIST`. */
  code: string
  /** What happened and why, one sentence. */
  message: string
  /** What to do next, one sentence; empty when there is nothing to do. */
  hint: string
}

/** A value of type T, or a {@link Failure}. */
export type Result<T> = { ok: true; value: T } | Failure

/** Wraps a value. */
export function ok<T>(value: T): Result<T> {
  return { ok: true, value }
}

/** Makes a {@link Failure}; `hint` says what to do next. */
export function fail(code: string, message: string, hint = ''): Failure {
  return { ok: false, code, message, hint }
}
