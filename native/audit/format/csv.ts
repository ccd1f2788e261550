import { Digester, UNSET, type AuditEvent, type EventDigest } from '../event'
import { describeEvent } from '../interpret/describe'
import { userText, type Resolver } from '../interpret/resolver'
import { recordCategory } from '../tables'
import { csvCell } from '../text'
import type { ByteOutput } from './output'
import { Clock } from './time'
import type { EventWriter } from './writer'

/** The columns, in their order; described in docs/formats.md. New ones are only ever added at the end. */
export const CSV_COLUMNS = [
  'time',
  'node',
  'serial',
  'event',
  'category',
  'who',
  'login_user',
  'user',
  'session',
  'pid',
  'ppid',
  'command',
  'executable',
  'terminal',
  'action',
  'object_kind',
  'object',
  'object_2',
  'result',
  'exit',
  'keys',
] as const

/** Cells that are remembered; more than this and the memory starts anew. */
const MAX_CELLS = 20_000

/** Writes one line an event, RFC 4180, guarded against formulas. */
export class CsvWriter implements EventWriter {
  private readonly digester = new Digester()
  private readonly clock = Clock.iso()
  private cells = new Map<string, string>()

  constructor(
    private readonly out: ByteOutput,
    private readonly resolver: Resolver,
  ) {}

  begin(): void {
    this.out.text(`${CSV_COLUMNS.join(',')}\r\n`)
  }

  event(event: AuditEvent): void {
    const digest = this.digester.of(event)
    const words = describeEvent(event, digest, this.resolver)
    const line =
      `${this.clock.format(event.time)},${this.cell(event.node)},${event.serial},` +
      `${this.cell(words.event)},${recordCategory(digest.type)},${this.cell(words.who)},` +
      `${this.user(digest.auid)},${this.user(digest.uid)},${session(digest)},${known(digest.pid)},${known(digest.ppid)},` +
      `${this.cell(digest.comm)},${this.cell(digest.exe)},${this.cell(digest.tty)},${this.cell(words.action)},` +
      `${digest.objectKind},${this.cell(words.object)},${this.cell(digest.object2)},${words.result},` +
      `${Number.isNaN(digest.exit) ? '' : digest.exit},${this.cell(digest.key)}\r\n`
    this.out.text(line)
  }

  private user(uid: number): string {
    return uid < 0 ? '' : this.cell(userText(uid, this.resolver))
  }

  /** A cell; the same few commands, paths and keys come again and again. */
  private cell(text: string): string {
    if (text === '') return ''
    const known = this.cells.get(text)
    if (known !== undefined) return known
    if (this.cells.size >= MAX_CELLS) this.cells = new Map()
    const cell = csvCell(text.replaceAll('\x01', ' '))
    this.cells.set(text, cell)
    return cell
  }
}

function known(number: number): string {
  return number < 0 ? '' : String(number)
}
function session(digest: EventDigest): string {
  return digest.ses === UNSET ? '' : known(digest.ses)
}
