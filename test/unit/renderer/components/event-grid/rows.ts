/** Rows made up for tests: plain ones, and arbitrary hostile ones. */
import fc from 'fast-check'
import type { EventRow } from '@contract/store'

export const ROW: EventRow = {
  position: 0,
  seq: 0,
  time: 1_700_000_000_123,
  serial: 42,
  event: 'unlink',
  who: 'alice (as root)',
  what: 'deleted file',
  object: '/tmp/x',
  result: 'ENOENT',
  success: false,
  pid: 100,
  ppid: 1,
  auid: 1000,
  uid: 0,
  ses: 3,
  comm: 'rm',
  exe: '/usr/bin/rm',
  key: 'delete',
  cwd: '/root',
  syscall: 'unlink',
  type: 'SYSCALL',
  records: 5,
  marked: false,
}

/** Text as an attacker may put it into a record: quotes, operators, control and bidirectional characters. */
const hostile = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '" or user=root',
    "a'b",
    'a*b',
    '\u202egnp.exe',
    'a\nb',
    '\\',
    'not',
    '(',
    '=',
    '',
  ),
)
const id = fc.option(fc.integer({ min: 0, max: 0xffffffff }))

export const anyRow: fc.Arbitrary<EventRow> = fc
  .record({
    object: hostile,
    comm: hostile,
    exe: hostile,
    key: hostile,
    cwd: hostile,
    who: hostile,
  })
  .chain((texts) =>
    fc
      .record({ pid: id, ppid: id, auid: id, uid: id, ses: id, serial: fc.nat(0xffffffff) })
      .map((numbers) => ({ ...ROW, ...texts, ...numbers })),
  )
