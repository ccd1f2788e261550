/**
 * Runs a query's plan over a chunk: conditions become bit sets over its events, which are then combined. What only the
 * raw text can decide is answered twice, once as no and once as yes; between the two lie the events to read.
 */
import type { FieldTest, Plan, WordTest } from '@native/audit/query'
import { TYPE } from '@native/audit/tables'
import {
  codesThat,
  numbersThat,
  numbersWithin,
  bothMatch,
  eitherMatches,
  noMatch,
  type Matches,
} from './scan-bits'
import type { Chunk, NumberName } from '../columns/chunk'
import type { CodeName, Vocabulary } from '../columns/vocabulary'
import type { FactReader } from '../facts'
import { CALL_FIELDS, errorOf, MAX_ERRNO, resultWord } from '@native/audit/query-event'
import { columnsOfField, numberOfField, RAW_FIELDS } from './field-columns'
import { fieldAsk, VocabularyTest, wordsAsk, type Ask } from './vocabulary-tests'

/** In the order in which a word is likeliest found. */
const WORD_COLUMNS: readonly CodeName[] = [
  'paths',
  'actor',
  'title',
  'call',
  'object',
  'notes',
  'shape',
]

/** What calls that fail return. */
const ERRORS = Array.from({ length: MAX_ERRNO }, (_, index) => -index - 1)

/** One condition and what has been found out about the vocabularies met so far. */
interface Atom {
  chunk(chunk: Chunk): Matches
}

export class Evaluator {
  /** Whether the raw text is needed to decide for some events. */
  readonly needsRaw: boolean
  readonly #plan: Plan
  readonly #facts: FactReader
  readonly #atoms = new Map<Plan, Atom>()

  constructor(plan: Plan, facts: FactReader) {
    this.#plan = plan
    this.#facts = facts
    this.needsRaw = hasRaw(plan)
  }

  /** The events of a chunk that fit for sure, and those that may: the same unless {@link needsRaw}. */
  run(chunk: Chunk): { sure: Matches; maybe: Matches } {
    const sure = this.#evaluate(this.#plan, chunk, false)
    return { sure, maybe: this.needsRaw ? this.#evaluate(this.#plan, chunk, true) : sure }
  }

  /** `hopeful`: conditions on the raw text count as fitting, so far as that makes the whole fit. */
  #evaluate(plan: Plan, chunk: Chunk, hopeful: boolean): Matches {
    switch (plan.kind) {
      case 'everything':
        return 'all'
      case 'not':
        return noMatch(this.#evaluate(plan.item, chunk, !hopeful), chunk.count)
      case 'and': {
        let matches: Matches = 'all'
        for (const item of plan.items) {
          if (matches === 'none') return 'none'
          matches = bothMatch(matches, this.#evaluate(item, chunk, hopeful))
        }
        return matches
      }
      case 'or': {
        let matches: Matches = 'none'
        for (const item of plan.items) {
          if (matches === 'all') return 'all'
          matches = eitherMatches(matches, this.#evaluate(item, chunk, hopeful))
        }
        return matches
      }
      case 'test': {
        const { test } = plan
        if (RAW_FIELDS.has(test.field.name)) return hopeful ? 'all' : 'none'
        const matches = this.#atom(plan, () => this.#testAtom(test)).chunk(chunk)
        return test.negated ? noMatch(matches, chunk.count) : matches
      }
      case 'words':
        return this.#atom(plan, () => this.#wordsAtom(plan.words)).chunk(chunk)
    }
  }

  #atom(plan: Plan, make: () => Atom): Atom {
    let atom = this.#atoms.get(plan)
    if (atom === undefined) this.#atoms.set(plan, (atom = make()))
    return atom
  }

  #testAtom(test: FieldTest): Atom {
    const { name } = test.field
    if (name === 'event') return this.#eventAtom(test)
    if (name === 'result') return this.#resultAtom(test)
    const codes = this.#codes(fieldAsk(test))
    const columns = columnsOfField(name)
    const number = numberOfField(name)
    return {
      chunk: (chunk) => {
        let matches: Matches = number === null ? 'none' : numberMatches(chunk, number, test)
        for (const column of columns) {
          if (matches === 'all') break
          matches = eitherMatches(matches, codes(chunk, column))
        }
        return matches
      },
    }
  }

  /** The call where the first record is of one (SYSCALL, URINGOP), else that record's type. */
  #eventAtom(test: FieldTest): Atom {
    const first = (type: number) =>
      this.#codes((_, reader) => (id) => reader.firstType(id) === type)
    const isSyscall = first(TYPE.SYSCALL)
    const isUring = first(TYPE.URINGOP)
    const syscall = this.#codes(fieldAsk(test, 'syscall'))
    const uring = this.#codes(fieldAsk(test, 'uring_op'))
    const type = this.#codes((_, reader) => (id) => {
      const [name] = reader.values('shape', id, 'type')
      return (
        !CALL_FIELDS.has(reader.firstType(id)) &&
        (test.present || test.matches(name!.raw, name!.value))
      )
    })
    const unread = this.#codes(() => (id) => id === 0)
    return {
      chunk: (chunk) => {
        // A SYSCALL record of an unusual layout is among the notes.
        const inNotes = bothMatch(unread(chunk, 'call'), syscall(chunk, 'notes'))
        const calls = bothMatch(
          isSyscall(chunk, 'shape'),
          eitherMatches(syscall(chunk, 'call'), inNotes),
        )
        const others = bothMatch(isUring(chunk, 'shape'), uring(chunk, 'notes'))
        return eitherMatches(eitherMatches(calls, others), type(chunk, 'shape'))
      },
    }
  }

  /** `ok` or the error of a system call; the word of a message where there is no call. */
  #resultAtom(test: FieldTest): Atom {
    const fits = (word: string) => word !== '' && (test.present || test.matches(word, word))
    const succeeded = this.#codes(successAsk('yes'))
    const failed = this.#codes(successAsk('no'))
    const notes = this.#codes((_, reader) => (id) => fits(reader.noteResult(id)))
    return {
      chunk: (chunk) => {
        const { count } = chunk
        const yes = succeeded(chunk, 'call')
        const no = failed(chunk, 'call')
        const neither = noMatch(eitherMatches(yes, no), count)
        const error = numbersThat(chunk.numbers('exit'), count, (exit) =>
          fits(resultWord(false, exit)),
        )
        const calls = eitherMatches(fits('ok') ? yes : 'none', bothMatch(no, error))
        return eitherMatches(calls, bothMatch(neither, notes(chunk, 'notes')))
      },
    }
  }

  #wordsAtom(words: WordTest): Atom {
    const codes = this.#codes(wordsAsk(words, this.#facts.resolver))
    const inError = (exit: number) => (errorOf(exit) ?? '').toLowerCase().includes(words.text)
    const anyError = ERRORS.some(inError)
    return {
      chunk: (chunk) => {
        let matches: Matches = words.text === '' ? 'all' : 'none'
        if (anyError)
          matches = eitherMatches(matches, numbersThat(chunk.numbers('exit'), chunk.count, inError))
        for (const name of ['pid', 'ppid', 'serial'] as const) {
          if (words.number === null || matches === 'all') break
          const column = chunk.numbers(name)
          matches = eitherMatches(
            matches,
            numbersWithin(column, chunk.count, words.number, words.number + 1),
          )
        }
        for (const column of WORD_COLUMNS) {
          if (matches === 'all') break
          matches = eitherMatches(matches, codes(chunk, column))
        }
        return matches
      },
    }
  }

  /** A test of interned values: by chunk and column, with the answers kept by vocabulary. */
  #codes(ask: Ask): (chunk: Chunk, column: CodeName) => Matches {
    // Weak: a vocabulary that has been evicted takes its answers with it.
    const tests = new WeakMap<Vocabulary, VocabularyTest>()
    return (chunk, column) => {
      const { vocabulary } = chunk
      let test = tests.get(vocabulary)
      if (test === undefined)
        tests.set(vocabulary, (test = new VocabularyTest(this.#facts.of(vocabulary).reader, ask)))
      return codesThat(chunk.codes(column), chunk.count, test.of(column))
    }
  }
}

function hasRaw(plan: Plan): boolean {
  if (plan.kind === 'test') return RAW_FIELDS.has(plan.test.field.name)
  if (plan.kind === 'not') return hasRaw(plan.item)
  return (plan.kind === 'and' || plan.kind === 'or') && plan.items.some(hasRaw)
}

function successAsk(word: 'yes' | 'no'): Ask {
  return (column, reader) => (id) =>
    reader.values(column, id, 'success').some(({ raw }) => raw === word)
}

function numberMatches(chunk: Chunk, name: NumberName, test: FieldTest): Matches {
  const column = chunk.numbers(name)
  const { count } = chunk
  if (test.present) return numbersThat(column, count, (value) => value === value)
  if (test.ranges === null) {
    return numbersThat(
      column,
      count,
      (value) => value === value && test.matches(String(value), String(value)),
    )
  }
  let matches: Matches = 'none'
  for (const [from, to] of test.ranges)
    matches = eitherMatches(matches, numbersWithin(column, count, from, to))
  return matches
}
