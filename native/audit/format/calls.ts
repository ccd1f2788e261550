import { fieldId, type FieldScan } from '../record'
import { READINGS, type Reading } from '../interpret/arguments'
import { argumentsOf, type Argument } from '../interpret/calls'
import { syscallValue, type CallContext } from '../interpret/values'
import { encodeUtf8 } from '../text'

const F = {
  arch: fieldId('arch'),
  syscall: fieldId('syscall'),
  a0: fieldId('a0'),
  a1: fieldId('a1'),
} as const

/** Every reading by a small number. */
export const READING_NAMES = Object.keys(READINGS) as Reading[]
const readingNumbers = new Map(READING_NAMES.map((reading, i) => [reading, i]))
/** The number of the reading of arguments that have no meaning of their own. */
export const HEX_READING = readingNumbers.get('hex')!

interface Call {
  readonly args: readonly (number | Exclude<Argument, string>)[]
  /** Its name, ready to be written; undefined for one that stands for many (socketcall, ipc). */
  readonly name: Uint8Array | undefined
}

/** The system call of the record at hand: what its number and its arguments mean, looked up once for each call. */
export class CurrentCall implements CallContext {
  arch = 0
  syscall = -1
  a0 = 0
  a1 = 0
  private call: Call = NO_CALL
  private readonly byArch = new Map<number, Map<number, Call>>()

  /** Takes the call from a scanned record. */
  read(scan: FieldScan): void {
    this.arch = scan.hex(F.arch, 0)
    this.syscall = scan.decimal(F.syscall, -1)
    this.a0 = scan.low32(F.a0)
    this.a1 = scan.low32(F.a1)
    let calls = this.byArch.get(this.arch)
    if (calls === undefined) this.byArch.set(this.arch, (calls = new Map<number, Call>()))
    let call = calls.get(this.syscall)
    // Numbers come from a log: do not remember more than any architecture has.
    if (call === undefined && calls.size < MAX_CALLS)
      calls.set(this.syscall, (call = this.lookUp()))
    this.call = call ?? this.lookUp()
  }

  /** The record has no system call. */
  clear(): void {
    this.arch = 0
    this.syscall = -1
    this.call = NO_CALL
  }

  /** The number of the reading of an argument, 0-3. */
  reading(index: number): number {
    const argument = this.call.args[index]
    if (argument === undefined) return HEX_READING
    return typeof argument === 'number' ? argument : readingNumbers.get(argument(this.a0, this.a1))!
  }

  /** The name of the call, encoded. */
  get name(): Uint8Array {
    return this.call.name ?? encodeUtf8(syscallValue(String(this.syscall), this))
  }

  private lookUp(): Call {
    const args = argumentsOf(this.arch, this.syscall) ?? []
    const name = syscallValue(String(this.syscall), this)
    return {
      args: args.map((argument) =>
        typeof argument === 'string' ? readingNumbers.get(argument)! : argument,
      ),
      name: /^(socketcall|ipc)\b/.test(name) ? undefined : encodeUtf8(name),
    }
  }
}

const MAX_CALLS = 8192
const NO_CALL: Call = { args: [], name: undefined }
