/** How each column of the grid is put in order, from the columns of the store. */
import { describe } from '@native/audit/interpret'
import type { Chunk, NumberName } from '../columns/chunk'
import { numberAt } from '../columns/numbers'
import type { CodeName } from '../columns/vocabulary'
import type { VocabularyFacts } from '../facts'

interface NumberColumnSort {
  kind: 'number'
  /** `seq`: the place of the event itself. */
  name: NumberName | 'seq'
}

/** Texts are numbered as they are met, so that each is compared once. */
interface TextColumnSort {
  kind: 'text'
  /** The columns that the text follows from. */
  columns: readonly CodeName[]
  /** Whether it also follows from what the call returned. */
  varies: boolean
  text(facts: VocabularyFacts, ids: readonly number[], chunk: Chunk, index: number): string
  number(text: string): number
  texts(): readonly string[]
}
export type SortColumn = NumberColumnSort | TextColumnSort

type TextOf = TextColumnSort['text']

const NUMBERS: Readonly<Record<string, NumberName>> = {
  time: 'time',
  serial: 'serial',
  pid: 'pid',
  ppid: 'ppid',
}

/** Of whole numbers as text, so that 9 comes before 10. Ids that are not there come last. */
const padded = (value: number): string => (value < 0 ? '' : String(value).padStart(16, '0'))

const actorText =
  (read: (actor: ReturnType<VocabularyFacts['actor']>) => string): TextOf =>
  (facts, [actor, notes]) =>
    read(facts.actor(actor!, notes!))

const ACTOR = ['actor', 'notes'] as const
const WORDS = ['shape', 'call', 'actor', 'notes', 'object'] as const

/** Words of an event's description. */
const described =
  (read: (description: ReturnType<typeof describe>) => string): TextOf =>
  (facts, [shape, call, actor, notes, object], chunk, index) => {
    const ids = { shape: shape!, call: call!, actor: actor!, notes: notes!, object: object! }
    return read(
      describe(facts.described(ids, numberAt(chunk.numbers('exit'), index)), facts.resolver),
    )
  }

const TEXTS: Readonly<
  Record<string, { columns: readonly CodeName[]; varies?: boolean; text: TextOf }>
> = {
  event: { columns: WORDS, text: described(({ event }) => event) },
  who: { columns: WORDS, text: described(({ who }) => who) },
  what: { columns: WORDS, text: described(({ action }) => action) },
  object: { columns: WORDS, text: described(({ object }) => object) },
  result: { columns: WORDS, varies: true, text: described(({ result }) => result) },
  comm: { columns: ACTOR, text: actorText(({ comm }) => comm) },
  exe: { columns: ACTOR, text: actorText(({ exe }) => exe) },
  key: { columns: ACTOR, text: actorText(({ key }) => key) },
  auid: { columns: ACTOR, text: actorText(({ auid }) => padded(auid)) },
  uid: { columns: ACTOR, text: actorText(({ uid }) => padded(uid)) },
  ses: { columns: ACTOR, text: actorText(({ ses }) => padded(ses)) },
  cwd: { columns: ['paths'], text: (facts, [paths]) => facts.reader.paths(paths!).cwd },
  syscall: { columns: ['call'], text: (facts, [call]) => facts.call(call!).name },
  type: {
    columns: ['shape'],
    text: (facts, [shape]) => facts.reader.values('shape', shape!, 'type')[0]?.value ?? '',
  },
  records: {
    columns: ['shape'],
    text: (facts, [shape]) => padded(facts.vocabulary.shapeOf(shape!).types.length),
  },
}

/** The names of the columns that rows can be sorted by. */
export const SORT_COLUMNS: readonly string[] = [
  'seq',
  ...Object.keys(NUMBERS),
  ...Object.keys(TEXTS),
]

/** How to sort by a column of {@link SORT_COLUMNS}. `seq` is the order of the events, which is almost that of `time`. */
export function columnOf(name: string): SortColumn {
  const text = Object.hasOwn(TEXTS, name) ? TEXTS[name] : undefined
  if (text === undefined) return { kind: 'number', name: NUMBERS[name] ?? 'seq' }
  const numbers = new Map<string, number>()
  return {
    kind: 'text',
    columns: text.columns,
    varies: text.varies ?? false,
    text: text.text,
    number: (value) => {
      const known = numbers.get(value) ?? numbers.size
      numbers.set(value, known)
      return known
    },
    texts: () => [...numbers.keys()],
  }
}
