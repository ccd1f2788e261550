/**
 * Reads a rules file again and again while it is edited: lines that are as before are not read a second time, only moved.
 * What depends on several lines (a rule that is there twice, what follows a lock) is looked at each time; it is quick.
 */
import type { RuleContext } from './context'
import { LineIndex, type Diagnostic } from './diagnostic'
import { afterLock, duplicates, kernelDiagnostics, type RuleFile } from './file'
import { ANY_KERNEL, type KernelFacts } from './kernel-check'
import { MAX_LINE_BYTES, parseLine } from './parse'
import { diagnosticsBy, lineAt, originOf } from './shift'
import type { ParsedLine } from './statement'

/** What was read of one line. */
interface Entry {
  text: string
  line: ParsedLine
  /** The kernel's complaints, at the place where the line was first read. */
  complaints: readonly Diagnostic[]
  /** Names that the context did not know, as {@link askedName} writes them. */
  unknown: readonly string[]
}

/** A name that a context was asked for, as text. */
export function askedName(kind: 'user' | 'group' | 'path', name: string): string {
  return `${kind} ${name}`
}

/** Reads and checks a rules file. */
export function parseRuleFile(
  text: string,
  context: RuleContext,
  kernel: KernelFacts = ANY_KERNEL,
): RuleFile {
  return new RuleReader(context, kernel).read(text)
}

/** So few lines of a longer text must not keep all of it alive that they were cut from. */
const FEW_LINES = 64

/** Reads versions of one file, each in the time that its difference to the one before takes. */
export class RuleReader {
  private entries: readonly Entry[] = []
  private readonly asking: AskingContext

  /**
   * @param context may learn names between two readings; see {@link learned}
   * @param kernel the kernel that the rules are for
   */
  constructor(
    context: RuleContext,
    private readonly kernel: KernelFacts = ANY_KERNEL,
  ) {
    this.asking = new AskingContext(context)
  }

  /** The context knows more names now; lines that asked for one of them (see {@link askedName}) are read anew next time. */
  learned(names: ReadonlySet<string>): void {
    this.entries = this.entries.map((entry) =>
      // No text is equal to one that has a line end in it.
      entry.unknown.some((name) => names.has(name)) ? { ...entry, text: '\n' } : entry,
    )
  }

  /** Reads and checks the next version of the file. */
  read(text: string): RuleFile {
    const texts = text.split('\n')
    const known = this.entries
    const most = Math.min(texts.length, known.length)
    let above = 0
    while (above < most && texts[above] === known[above]!.text) above++
    let below = 0
    while (
      below < most - above &&
      texts[texts.length - 1 - below] === known[known.length - 1 - below]!.text
    )
      below++
    const changed = { from: above, to: texts.length - below, wasTo: known.length - below }
    // Several edits at once, as of a search and replace, leave lines between them.
    const between = new Map(known.slice(above, changed.wasTo).map((entry) => [entry.text, entry]))
    const few = most > 0 && changed.to - changed.from <= FEW_LINES
    let at = 0
    this.entries = texts.map((line, index) => {
      const start = at
      at += line.length + 1
      const before =
        index < changed.from
          ? known[index]
          : index >= changed.to
            ? known[changed.wasTo + index - changed.to]
            : between.get(line)
      return before === undefined
        ? this.readLine(few ? copyOf(line) : line, start)
        : { ...before, text: line, line: lineAt(before.line, start) }
    })
    return this.file(text)
  }

  private readLine(text: string, start: number): Entry {
    const line = parseLine(text, this.asking, start)
    const unknown = this.asking.takeUnknown()
    const complaints = line.statements.flatMap((each) => kernelDiagnostics(each, this.kernel))
    return { text, line, complaints, unknown }
  }

  private file(text: string): RuleFile {
    const lines = this.entries.map(({ line }) => line)
    const diagnostics = [
      ...this.entries.flatMap(({ line, complaints }) =>
        complaints.length === 0
          ? line.diagnostics
          : [...line.diagnostics, ...diagnosticsBy(complaints, line.start - originOf(line).start)],
      ),
      ...duplicates(text, lines),
      ...afterLock(lines),
    ].sort((a, b) => a.start - b.start)
    return { text, lines, diagnostics, index: new LineIndex(text) }
  }
}

/** The same text in memory of its own; engines keep a part of a text as a reference to the whole. */
function copyOf(text: string): string {
  if (text.length > MAX_LINE_BYTES) return text
  return Array.from({ length: text.length }, (_, at) => text[at]).join('')
}

/** A context that remembers which names the one behind it did not know. */
class AskingContext implements RuleContext {
  private unknown: string[] = []

  constructor(private readonly context: RuleContext) {}

  get machine(): RuleContext['machine'] {
    return this.context.machine
  }

  get features(): RuleContext['features'] {
    return this.context.features
  }

  userId(name: string): number | null {
    return this.noted(this.context.userId(name), 'user', name)
  }

  groupId(name: string): number | null {
    return this.noted(this.context.groupId(name), 'group', name)
  }

  isDirectory(path: string): boolean | null {
    return this.noted(this.context.isDirectory(path), 'path', path)
  }

  isMissing(path: string): boolean {
    return this.noted(this.context.isMissing?.(path) === true ? true : null, 'path', path) ?? false
  }

  /** The names since the last call. */
  takeUnknown(): readonly string[] {
    const { unknown } = this
    if (unknown.length > 0) this.unknown = []
    return unknown
  }

  private noted<T>(answer: T | null, kind: 'user' | 'group' | 'path', name: string): T | null {
    if (answer === null) this.unknown.push(askedName(kind, name))
    return answer
  }
}
