/**
 * Long work in short slices, so that a request is answered within milliseconds whatever else is going on. One slice of
 * one task at a time; a task gets its next slice after everybody else had one.
 */
const SLICE_MS = 8

/** Tells a task when its slice is over, and whether it has been cancelled. */
export class Slice {
  #deadline = performance.now() + SLICE_MS
  cancelled = false
  #onCancel: (() => void) | null = null

  /** Whether to go on without a pause. Cheap enough for every few microseconds of work. */
  readonly mayGoOn = (): boolean => performance.now() < this.#deadline

  /** Lets others run when the slice is over. Resolves to false when the task has been cancelled. */
  async pause(): Promise<boolean> {
    if (!this.mayGoOn()) {
      await new Promise<void>((resolve) => setImmediate(resolve))
      this.#deadline = performance.now() + SLICE_MS
    }
    return !this.cancelled
  }

  cancel(): void {
    this.cancelled = true
    this.#onCancel?.()
  }

  /** Has `stop` called when the task is cancelled while it waits for something else than its turn; null: no more. */
  whileWaiting(stop: (() => void) | null): void {
    this.#onCancel = stop
    if (this.cancelled) stop?.()
  }
}
