import { Digester, UNSET, type AuditEvent } from '../event'
import { EventWords } from '../interpret/words'
import { userText, type Resolver } from '../interpret/resolver'
import { recordCategory } from '../tables'
import { csvCell, encodeUtf8 } from '../text'
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

const COMMA = 0x2c
const LINE_END = encodeUtf8('\r\n')
/** Cells that are remembered; more than this and the memory starts anew. */
const MAX_CELLS = 20_000

/** Writes one line an event, RFC 4180, guarded against formulas. Cells that were written once are copied as bytes. */
export class CsvWriter implements EventWriter {
  private readonly digester = new Digester()
  private readonly words: EventWords
  private readonly clock = Clock.iso()
  private readonly cells = new Map<string, Uint8Array>()
  private readonly users = new Map<number, Uint8Array>()

  constructor(
    private readonly out: ByteOutput,
    private readonly resolver: Resolver,
  ) {
    this.words = new EventWords(resolver)
  }

  begin(): void {
    this.out.text(`${CSV_COLUMNS.join(',')}\r\n`)
  }

  event(event: AuditEvent): void {
    const { out } = this
    const digest = this.digester.of(event)
    const words = this.words.of(event, digest)
    const first = event.records[0]!
    this.clock.write(first.time, out)
    this.cell(first.node)
    this.number(first.serial)
    this.cell(words.event)
    this.cell(recordCategory(digest.type))
    this.cell(words.who)
    this.user(digest.auid)
    this.user(digest.uid)
    this.number(digest.ses === UNSET ? -1 : digest.ses)
    this.number(digest.pid)
    this.number(digest.ppid)
    this.cell(digest.comm)
    this.cell(digest.exe)
    this.cell(digest.tty)
    this.cell(words.action)
    this.cell(digest.objectKind)
    this.cell(words.object)
    this.cell(digest.object2)
    this.cell(words.result)
    out.byte(COMMA)
    if (digest.exit === digest.exit) out.integer(digest.exit)
    this.cell(digest.key)
    out.copy(LINE_END, 0, LINE_END.length)
  }

  /** A number that is not negative; an empty cell for one that is. */
  private number(value: number): void {
    this.out.byte(COMMA)
    if (value >= 0) this.out.integer(value)
  }

  private user(uid: number): void {
    if (uid < 0) {
      this.out.byte(COMMA)
      return
    }
    let cell = this.users.get(uid)
    if (cell === undefined) {
      cell = encoded(userText(uid, this.resolver))
      if (this.users.size >= MAX_CELLS) this.users.clear()
      this.users.set(uid, cell)
    }
    this.out.copy(cell, 0, cell.length)
  }

  /** A cell with the comma before it; the same few commands, paths and keys come again and again. */
  private cell(text: string): void {
    const { out, cells } = this
    if (text === '') {
      out.byte(COMMA)
      return
    }
    let cell = cells.get(text)
    if (cell === undefined) {
      cell = encoded(text)
      if (cells.size >= MAX_CELLS) cells.clear()
      cells.set(text, cell)
    }
    out.copy(cell, 0, cell.length)
  }
}

/** Several keys are parted by this byte (AUDIT_KEY_SEPARATOR); in a cell by a space. */
const encoded = (text: string): Uint8Array =>
  encodeUtf8(`,${csvCell(text.replaceAll('\x01', ' '))}`)
