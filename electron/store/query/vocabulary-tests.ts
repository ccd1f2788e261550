/**
 * Asks a query's conditions of interned values. Each answer is kept, so that a value is read once for a query however
 * many events have it.
 */
import type { Resolver } from '@native/audit/interpret'
import type { FieldTest, WordTest } from '@native/audit/query'
import type { CodeName } from '../columns/vocabulary'
import { ActorWords } from './actor-words'
import { surelyNot } from './ascii-words'
import type { VocabularyReader } from './vocabulary-reader'

/** Answers that are kept by the vocabulary's number: 0 not asked yet, 1 no, 2 yes. */
class Answers {
  #kept = new Uint8Array(256)

  constructor(private readonly ask: (id: number) => boolean) {}

  get(id: number): boolean {
    if (id >= this.#kept.length) {
      const larger = new Uint8Array(Math.max(id + 1, this.#kept.length * 2))
      larger.set(this.#kept)
      this.#kept = larger
    }
    const kept = this.#kept[id]!
    if (kept !== 0) return kept === 2
    const answer = this.ask(id)
    this.#kept[id] = answer ? 2 : 1
    return answer
  }
}

/** Asks a condition of one value of a column: made for each vocabulary and column, so that it can remember what it needs. */
export type Ask = (column: CodeName, reader: VocabularyReader) => (id: number) => boolean

/** One condition over one vocabulary: the answers by column. */
export class VocabularyTest {
  readonly #answers = new Map<CodeName, (id: number) => boolean>()

  constructor(
    readonly reader: VocabularyReader,
    private readonly ask: Ask,
  ) {}

  /** The answers for a column, by the vocabulary's number. */
  of(column: CodeName): (id: number) => boolean {
    let get = this.#answers.get(column)
    if (get === undefined) {
      const answers = new Answers(this.ask(column, this.reader))
      get = (id) => answers.get(id)
      this.#answers.set(column, get)
    }
    return get
  }
}

/** Whether any value of the test's field in a column's value fits. */
export function fieldAsk(test: FieldTest, field = test.field.name): Ask {
  return (column, reader) => {
    if (column === 'paths' && field === 'path') {
      return reader.pathTest((path) => test.present || test.matches(path, path))
    }
    return (id) =>
      reader
        .values(column, id, field)
        .some(({ raw, value }) => test.present || test.matches(raw, value))
  }
}

/** Whether any text of a column's value contains the words. */
export function wordsAsk(words: WordTest, resolver: Resolver): Ask {
  const has = (text: string) => text.toLowerCase().includes(words.text)
  const actors = new ActorWords(resolver, has)
  const never = surelyNot(words.text)
  return (column, reader) => {
    if (column === 'paths') return reader.pathTest(has, has, never)
    if (column === 'actor') return (id) => id !== 0 && actors.of(reader.vocabulary.actor.get(id))
    if (column === 'object')
      return (id) => !reader.fileWithout(id, never) && reader.texts(column, id).some(has)
    return (id) => {
      if (words.number !== null && column === 'notes' && hasPid(reader, id, words.number))
        return true
      return reader.texts(column, id).some(has)
    }
  }
}

function hasPid(reader: VocabularyReader, id: number, number: number): boolean {
  return ['pid', 'ppid'].some((field) =>
    reader.values('notes', id, field).some(({ raw }) => Number(raw) === number),
  )
}
