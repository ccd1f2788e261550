/** The C programs of tests and benchmarks, compiled once per source into a folder that only this user can write. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import path from 'node:path'

const ROOT = process.cwd()

/** Compiles `source` (relative to the checkout) and returns the program's path, which rules can name. */
export function compileC(source: string, ...libraries: string[]): string {
  const file = path.join(ROOT, source)
  const text = readFileSync(file)
  const hash = createHash('sha256').update(text).update(libraries.join()).digest('hex').slice(0, 12)
  const folder = path.join(ROOT, '.cache', 'programs')
  const program = path.join(folder, `${path.basename(source, '.c')}-${hash}`)
  if (existsSync(program)) return program
  mkdirSync(folder, { recursive: true })
  const unfinished = `${program}.${process.pid}`
  execFileSync('gcc', ['-O2', '-Wall', '-Wextra', '-o', unfinished, file, ...libraries])
  renameSync(unfinished, program)
  return program
}

/** What a generator says at its end; times in ms. */
export interface GeneratorReport {
  calls: number
  seconds: number
  longestMs: number
  p99Ms: number
}

/** A run of test/kernel/generator.c. */
export class Generator {
  static readonly program = () => compileC('test/kernel/generator.c')
  readonly #child: ChildProcess
  readonly #output: Promise<string>

  /**
   * Starts it. Auditing must be on already, or its calls stay invisible.
   * @param count calls to make; 0: until {@link end}
   * @param rate calls per second; 0: as fast as it can
   */
  constructor(call: 'getppid' | 'unlink' | 'open', count: number, rate = 0) {
    this.#child = spawn(Generator.program(), [call, String(count), String(rate)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#output = new Promise((resolve) => {
      let text = ''
      this.#child.stdout!.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      this.#child.on('close', () => resolve(text))
    })
  }

  get pid(): number {
    return this.#child.pid!
  }

  /** Has it stop, when it was started without a count. */
  end(): Promise<GeneratorReport> {
    this.#child.stdin!.end()
    return this.report()
  }

  /** Waits for its end. */
  async report(): Promise<GeneratorReport> {
    return JSON.parse(await this.#output) as GeneratorReport
  }
}
