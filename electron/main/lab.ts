/**
 * The overload lab, in a process of its own (native/cli/lab/serve.ts): it is started for each run and asks polkit for
 * itself. Main passes on what it says.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { app } from 'electron'
import {
  afterMessage,
  IDLE_LAB,
  type LabMessage,
  type LabOrder,
  type LabState,
} from '@native/audit/lab/messages'
import { fail, ok, type Result } from '@native/audit/result'

/** How long an orderly end may take before the process is killed, ms; its helper then puts the kernel back by itself. */
const END_TIMEOUT = 6000

export class LabProcess {
  private child: ChildProcess | null = null
  private state: LabState = IDLE_LAB

  /** `changed` hears of every change; `script` is the bundled program. */
  constructor(
    private readonly changed: (state: LabState) => void,
    private readonly script: () => string = bundledLab,
  ) {}

  /** Starts a run; `busy` while there is one. How it goes is told by `changed`. */
  start(order: LabOrder): Result<null> {
    if (this.child !== null) return fail('busy', 'The lab is running.', 'Wait, or cancel it.')
    const child = spawn(process.execPath, [this.script()], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    })
    this.child = child
    this.update({ ...this.state, running: true, progress: null, failure: null })
    child.stdin.on('error', () => undefined)
    createInterface({ input: child.stdout }).on('line', (line) => this.take(line))
    child.on('error', () => undefined)
    child.on('close', () => {
      this.child = null
      if (!this.state.running) return
      const failure = fail(
        'exited',
        'The lab’s process ended without a word.',
        'What it changed has been put back; run it again.',
      )
      this.update(afterMessage(this.state, { kind: 'ended', failure }))
    })
    child.stdin.write(`${JSON.stringify(order)}\n`)
    return ok(null)
  }

  /** Ends the run; the kernel is put back, which `changed` tells. */
  cancel(): void {
    this.child?.stdin?.end()
  }

  /** Ends the run and waits for that: before the app ends. */
  async end(): Promise<void> {
    const child = this.child
    if (child === null) return
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
    this.cancel()
    const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT)
    await ended
    clearTimeout(timer)
  }

  private take(line: string): void {
    let message: LabMessage
    try {
      // The lab is our own program, started by us, of our own version.
      message = JSON.parse(line) as LabMessage
    } catch {
      return
    }
    this.update(afterMessage(this.state, message))
  }

  private update(state: LabState): void {
    this.state = state
    this.changed(state)
  }
}

/** Beside the app's archive when packaged, because its native library cannot be loaded from inside of it. */
function bundledLab(): string {
  const folder = app.isPackaged ? process.resourcesPath : path.join(app.getAppPath(), 'out')
  return path.join(folder, 'cli', 'lab.cjs')
}
