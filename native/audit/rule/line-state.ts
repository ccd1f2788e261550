/** What is known of a line while its options are read, in auditctl's own order. */
import type { RuleContext } from './context'
import type { Diagnostic, Fix, Span } from './diagnostic'
import { EMPTY_MASK, FULL_MASK, MASK_BITS, emptyMask, setBit } from './mask'
import type { ActionName, ListName, RuleField } from './model'
import type { Machine } from './names'
import type { Statement } from './statement'
import { spanIn, type Word } from './words'

export class LineState {
  /** The list of `-a`, `-A`, `-w`; null before one. */
  add: ListName | null = null
  prepend = false
  /** The list of `-d`, `-W`; null before one. */
  remove: ListName | null = null
  action: ActionName | null = null
  /** Where `-a` or the like stands; null before it. */
  head: Span | null = null
  watch = false
  /** How many of -a, -A, -d were read. */
  heads = 0
  /** The head was wrong: what depends on it is not complained about again. */
  headFailed = false
  /** auditctl ate the rule without an error (`possible`). */
  ignored = false

  syscallsGiven = false
  permissionGiven = false
  exeGiven = false
  fileSystemGiven = false
  /** The machine of the newest arch field, or of the first -S without one. */
  machine: Machine | null = null

  /** The syscalls so far; null before the first. */
  private syscalls: Uint32Array | null = null
  readonly syscallPlaces: Span[] = []
  readonly fields: RuleField[] = []
  readonly fieldPlaces: Span[] = []
  /** The keys so far, joined as the kernel wants them. */
  keyText = ''
  readonly keyPlaces: Span[] = []

  readonly statements: Statement[] = []
  readonly diagnostics: Diagnostic[] = []

  constructor(
    readonly context: RuleContext,
    readonly words: readonly Word[],
  ) {}

  /** The mask of the syscalls so far. */
  get mask(): Uint32Array {
    return this.syscalls ?? EMPTY_MASK
  }

  /** Every syscall. */
  addAllSyscalls(): void {
    this.syscalls = FULL_MASK
  }

  /** One syscall; false when the number does not fit. */
  addSyscall(number: number): boolean {
    if (this.syscalls === FULL_MASK) return number >= 0 && number < MASK_BITS
    this.syscalls ??= emptyMask()
    return setBit(this.syscalls, number)
  }

  /** The list that fields are checked against. */
  get list(): ListName | null {
    return this.add ?? this.remove ?? (this.headFailed ? 'exit' : null)
  }

  /** auditctl refuses the line because of this. */
  error(span: Span, code: string, message: string, hint = '', fixes: Fix[] = []): void {
    this.report('error', span, code, message, hint, fixes)
  }

  /** auditctl takes the line, and it does not do what it seems to. */
  warn(span: Span, code: string, message: string, hint = '', fixes: Fix[] = []): void {
    this.report('warning', span, code, message, hint, fixes)
  }

  private report(
    severity: 'error' | 'warning',
    { start, end }: Span,
    code: string,
    message: string,
    hint: string,
    fixes: Fix[],
  ): void {
    const source = 'auditctl'
    this.diagnostics.push({ severity, source, code, message, hint, start, end, fixes })
  }

  get failed(): boolean {
    return this.diagnostics.some(({ severity }) => severity === 'error')
  }
}

/** A fix that puts `text` in place of part of a word. */
export function replacement(word: Word, from: number, to: number, text: string): Fix {
  return { title: `Change to ${text}`, edits: [{ ...spanIn(word, from, to), text }] }
}
