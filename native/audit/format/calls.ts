import { fieldId, parseCallPrefix, type FieldScan } from '../record'
import { READINGS, type Reading } from '../interpret/arguments'
import { argumentsOf, argumentsOfName, type Argument } from '../interpret/calls'
import { syscallValue, type CallContext } from '../interpret/values'
import { archValue } from '../interpret/number-values'
import { encodeUtf8, latin1 } from '../text'

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

/** What stands before the value of `exit`, ready to be written, and how the arguments behind it are read. */
export interface CallHead {
  readonly text: Uint8Array
  readonly args: Call['args']
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

  /** Takes a call that is known by its name: only its arguments are asked for. */
  take({ arch, name, a0, a1 }: CallContext): void {
    this.arch = arch
    this.syscall = -1
    this.a0 = a0
    this.a1 = a1
    this.call = { args: numbered(argumentsOfName(arch, name ?? '')), name: undefined }
  }

  /** The record has no system call. */
  clear(): void {
    this.arch = 0
    this.syscall = -1
    this.call = NO_CALL
  }

  /** The number of the reading of an argument, 0-3. */
  reading(index: number): number {
    return readingOf(this.call.args[index], this.a0, this.a1)
  }

  /** The name of the call, encoded. */
  get encodedName(): Uint8Array {
    return this.call.name ?? encodeUtf8(syscallValue(String(this.syscall), this))
  }

  /**
   * The beginning of a SYSCALL record in the kernel's layout, up to ` exit=`, interpreted; undefined when it has another
   * layout, or when the call's name depends on an argument.
   */
  head(bytes: Uint8Array, start: number, end: number): CallHead | undefined {
    const text = latin1(bytes, start, end)
    const parsed = parseCallPrefix(text)
    if (parsed === null || text.includes(' per=')) return undefined
    this.arch = parsed.arch
    this.syscall = parsed.syscall
    const { name, args } = this.lookUp()
    if (name === undefined) return undefined
    const [arch, , success] = text.split(' ') as [string, string, string]
    const head = `arch=${archValue(arch.slice('arch='.length))} syscall=`
    return { text: concatenated(encodeUtf8(head), name, encodeUtf8(` ${success} exit=`)), args }
  }

  private lookUp(): Call {
    const name = syscallValue(String(this.syscall), this)
    return {
      args: numbered(argumentsOf(this.arch, this.syscall)),
      name: /^(socketcall|ipc)\b/.test(name) ? undefined : encodeUtf8(name),
    }
  }
}

function numbered(args: readonly Argument[] = []): Call['args'] {
  return args.map((argument) =>
    typeof argument === 'string' ? readingNumbers.get(argument)! : argument,
  )
}

function concatenated(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** The number of an argument's reading; the first two arguments (lower 32 bits) can decide about later ones. */
export function readingOf(
  argument: Call['args'][number] | undefined,
  a0: number,
  a1: number,
): number {
  if (argument === undefined) return HEX_READING
  return typeof argument === 'number' ? argument : readingNumbers.get(argument(a0, a1))!
}

const MAX_CALLS = 8192
const NO_CALL: Call = { args: [], name: undefined }
