/** Events that belong together with one: of the same process, session, file or key; and a process's ancestors. */
import type { StoreArgs } from '@contract/store'
import type { Chunk } from './columns/chunk'
import { numberAt } from './columns/numbers'
import { readProcess } from './proc'
import { bothMatch, codesThat, eitherMatches, numbersWithin, type Matches } from './query/scan-bits'
import { hasBit } from './columns/bits'
import type { Session } from './session'

export type Relation = StoreArgs<'related'>['by']

/** An ancestor of a process, from an event or from /proc. */
export interface Ancestor {
  pid: number
  comm: string
  exe: string
  /** The event that says so; null when only /proc does. */
  seq: number | null
}

const DEEPEST = 32
/** A process in /proc that began later than the event plus this is another one with the same number, ms. */
const START_SLACK_MS = 1000

type Test = (chunk: Chunk) => Matches

/** Seqs around an event that are related to it, in order; null when the event is not held. */
export async function relatedSeqs(
  session: Session,
  seq: number,
  by: Relation,
  limit: number,
): Promise<number[] | null> {
  const found = session.index.locate(seq)
  if (found === null) return null
  if (by === 'ancestors') {
    const chain = await ancestors(session, seq)
    return chain.flatMap((ancestor) => ancestor.seq ?? []).slice(0, limit)
  }
  const test = relationTest(session, found.chunk, found.index, by)
  if (test === null) return [seq]
  return around(session, seq, test, limit)
}

/** What makes another event related; null when the event itself does not have it. */
function relationTest(
  session: Session,
  chunk: Chunk,
  index: number,
  by: Exclude<Relation, 'ancestors'>,
): Test | null {
  const { actor, described, pid } = session.facts.event(chunk, index)
  switch (by) {
    case 'process':
      return pid === null
        ? null
        : (other) => numbersWithin(other.numbers('pid'), other.count, pid, pid + 1)
    case 'session':
      return actor.ses < 0 ? null : actorTest(session, ({ ses }) => ses === actor.ses)
    case 'key':
      return actor.key === '' ? null : actorTest(session, ({ key }) => key === actor.key)
    case 'file': {
      const { object } = described
      if (object === '') return null
      return (other) => {
        const { reader } = session.facts.of(other.vocabulary)
        return codesThat(other.codes('object'), other.count, (id) => reader.object(id) === object)
      }
    }
  }
}

function actorTest(session: Session, test: (actor: { ses: number; key: string }) => boolean): Test {
  return (chunk) => {
    const facts = session.facts.of(chunk.vocabulary)
    const call = codesThat(
      chunk.codes('actor'),
      chunk.count,
      (id) => id !== 0 && test(facts.actor(id, 0)),
    )
    const without = codesThat(chunk.codes('actor'), chunk.count, (id) => id === 0)
    const notes = codesThat(chunk.codes('notes'), chunk.count, (id) => test(facts.notes(id).actor))
    return eitherMatches(call, bothMatch(without, notes))
  }
}

/** Matching seqs next to one, half of them before it and half behind, as far as there are. */
function around(session: Session, seq: number, test: Test, limit: number): number[] {
  const chunks = session.chunks()
  const home = chunks.findIndex(({ first, count }) => seq >= first && seq < first + count)
  const half = Math.floor(limit / 2)
  const before: number[] = []
  for (let at = home; at >= 0 && before.length < limit; at--) {
    collect(chunks[at]!, test, seq - 1, -1, limit, before)
  }
  const behind: number[] = []
  for (let at = home; at < chunks.length && behind.length < limit; at++) {
    collect(chunks[at]!, test, seq, 1, limit, behind)
  }
  const takeBefore = Math.min(before.length, Math.max(half, limit - behind.length))
  return [...before.slice(0, takeBefore).reverse(), ...behind.slice(0, limit - takeBefore)]
}

function collect(
  chunk: Chunk,
  test: Test,
  from: number,
  step: 1 | -1,
  limit: number,
  into: number[],
): void {
  const matches = test(chunk)
  if (matches === 'none') return
  const last = chunk.count - 1
  const start = step === 1 ? Math.max(0, from - chunk.first) : Math.min(last, from - chunk.first)
  for (let index = start; index >= 0 && index <= last && into.length < limit; index += step) {
    if (matches === 'all' || hasBit(matches, index)) into.push(chunk.first + index)
  }
}

/** The ancestors of an event's process, nearest first: from the events, and while they run from /proc. */
export async function ancestors(session: Session, seq: number): Promise<Ancestor[]> {
  const found = session.index.locate(seq)
  if (found === null) return []
  const { ppid, pid, time } = session.facts.event(found.chunk, found.index)
  const chain: Ancestor[] = []
  const seen = new Set([pid ?? -1])
  let wanted = ppid
  let before = seq
  while (wanted !== null && wanted > 0 && chain.length < DEEPEST && !seen.has(wanted)) {
    seen.add(wanted)
    const event: number | null = lastOfProcess(session, wanted, before)
    const running = session.kind === 'live' && event === null ? await readProcess(wanted) : null
    if (event !== null) {
      const place = session.index.locate(event)!
      const facts = session.facts.event(place.chunk, place.index)
      chain.push({ pid: wanted, comm: facts.actor.comm, exe: facts.actor.exe, seq: event })
      before = event
      wanted = facts.ppid
    } else if (running !== null && running.startedAt <= time + START_SLACK_MS) {
      chain.push({ pid: wanted, comm: running.comm, exe: running.exe, seq: null })
      wanted = running.ppid
    } else {
      chain.push({ pid: wanted, comm: '', exe: '', seq: null })
      wanted = null
    }
  }
  return chain
}

/** The last event of a process before a seq; null when there is none. */
function lastOfProcess(session: Session, pid: number, before: number): number | null {
  const chunks = session.chunks()
  for (let at = chunks.length - 1; at >= 0; at--) {
    const chunk = chunks[at]!
    if (chunk.first >= before) continue
    const column = chunk.numbers('pid')
    if (column.min > pid || column.max < pid) continue
    for (let index = Math.min(chunk.count, before - chunk.first) - 1; index >= 0; index--) {
      if (numberAt(column, index) === pid) return chunk.first + index
    }
  }
  return null
}
