/**
 * Asks a query's conditions of interned values. Each answer is kept, so that a value is read once for a query however
 * many events have it.
 */
import type { FieldTest, WordTest } from '@native/audit/query'
import type { CodeName } from '../columns/vocabulary'
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

/** One condition over one vocabulary: the answers by column. */
export class VocabularyTest {
  readonly #answers = new Map<CodeName, Answers>()

  constructor(
    readonly reader: VocabularyReader,
    private readonly ask: (column: CodeName, id: number, reader: VocabularyReader) => boolean,
  ) {}

  /** The answers for a column, by the vocabulary's number. */
  of(column: CodeName): (id: number) => boolean {
    let answers = this.#answers.get(column)
    if (answers === undefined) {
      answers = new Answers((id) => this.ask(column, id, this.reader))
      this.#answers.set(column, answers)
    }
    const found = answers
    return (id) => found.get(id)
  }
}

/** Whether any value of the test's field in a column's value fits. */
export function fieldAsk(test: FieldTest, field = test.field.name) {
  return (column: CodeName, id: number, reader: VocabularyReader): boolean =>
    reader
      .values(column, id, field)
      .some(({ raw, value }) => test.present || test.matches(raw, value))
}

/** Whether any text of a column's value contains the words. */
export function wordsAsk(words: WordTest) {
  return (column: CodeName, id: number, reader: VocabularyReader): boolean => {
    if (words.number !== null && column === 'notes' && hasPid(reader, id, words.number)) return true
    return reader.texts(column, id).some((text) => text.toLowerCase().includes(words.text))
  }
}

function hasPid(reader: VocabularyReader, id: number, number: number): boolean {
  return ['pid', 'ppid'].some((field) =>
    reader.values('notes', id, field).some(({ raw }) => Number(raw) === number),
  )
}
