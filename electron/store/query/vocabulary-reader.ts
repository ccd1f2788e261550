/** Reads the interned values of one vocabulary: fields for queries, texts for words. */
import { absolutePath, OBJECT_KINDS, type ObjectKind } from '@native/audit/event'
import type { Resolver } from '@native/audit/interpret'
import type { FieldValue } from '@native/audit/query'
import { untrustedText } from '@native/audit/record'
import { TYPE } from '@native/audit/tables'
import { decodeUtf8 } from '@native/audit/text'
import type { SurelyNot } from './ascii-words'
import { packedName, type CodeName, type Vocabulary } from '../columns/vocabulary'
import { MALFORMED_NOTE, NODE_NOTE, NOTE_TYPE_BYTES } from '../ingest/scan'
import {
  CALL_FIELDS,
  isSuccess,
  objectMeaning,
  RecordReader,
  resultWord,
  typeName,
} from '@native/audit/query-event'

/** Numbers of names are below this: they are packed with three bits more into 32. */
const MOST_NAMES = 2 ** 29
const QUOTE = 0x22
const SLASH = 0x2f
const FILE = OBJECT_KINDS.indexOf('file')
/** Names kept as text; no budget sees them, and who is audited makes as many as he likes. */
const MOST_NAMES_KEPT = 65_536

/** Reads the values of one vocabulary. */
export class VocabularyReader {
  readonly #reader: RecordReader
  #names: (string | undefined)[] = []
  #namesKept = 0

  constructor(
    readonly vocabulary: Vocabulary,
    private readonly resolver: Resolver,
  ) {
    this.#reader = new RecordReader(resolver)
  }

  /** The values of a query's field in one value of a column. */
  values(column: CodeName, id: number, field: string): FieldValue[] {
    const values: FieldValue[] = []
    if (id === 0) return values
    const { vocabulary } = this
    switch (column) {
      case 'call':
      case 'actor': {
        const bytes = vocabulary[column].get(id)
        this.#reader.open(TYPE.SYSCALL, bytes, 0, bytes.length)
        this.#reader.values(field, '', values)
        return values
      }
      case 'title':
        return field === 'cmdline' ? asValue(this.#title(id)) : values
      case 'paths':
        return this.#pathValues(id, field)
      case 'notes':
        for (const note of vocabulary.tuple(vocabulary.notes, id)) {
          if (this.#openNote(note)) this.#reader.values(field, '', values)
        }
        return values
      case 'object':
        return field === 'object' ? this.#objectValues(id) : values
      case 'shape':
        if (field !== 'type') return values
        return vocabulary
          .shapeOf(id)
          .types.map((type) => ({ raw: String(type), value: typeOf(type) }))
    }
  }

  /** The texts that a bare word is looked for in. */
  texts(column: CodeName, id: number): string[] {
    if (id === 0) return []
    const { vocabulary } = this
    switch (column) {
      case 'call':
      case 'actor': {
        const bytes = vocabulary[column].get(id)
        this.#reader.open(TYPE.SYSCALL, bytes, 0, bytes.length)
        return this.#reader.texts('')
      }
      case 'title':
        return [this.#title(id)]
      case 'paths':
        return ['cwd', 'path']
          .flatMap((field) => this.#pathValues(id, field))
          .map(({ value }) => value)
      case 'notes':
        return [...vocabulary.tuple(vocabulary.notes, id)].flatMap((note) => this.#noteTexts(note))
      case 'object':
        return this.#objectValues(id).flatMap(({ raw, value }) =>
          raw === value ? [raw] : [raw, value],
        )
      case 'shape':
        return vocabulary.shapeOf(id).types.map(typeOf)
    }
  }

  /** The text of an object; empty when the event has none. */
  object(id: number): string {
    return id === 0 ? '' : decodeUtf8(this.vocabulary.object.get(id), 1)
  }

  /** Whether an object is a file whose name `never` says no of. */
  fileWithout(id: number, never: SurelyNot): boolean {
    if (id === 0) return false
    const bytes = this.vocabulary.object.get(id)
    return bytes[0] === FILE && never(bytes, 1)
  }

  /** What kind of thing the object is. */
  objectKind(id: number): ObjectKind {
    return id === 0 ? 'none' : OBJECT_KINDS[this.vocabulary.object.get(id)[0]!]!
  }

  /** The type of the first record. */
  firstType(shape: number): number {
    return this.vocabulary.shapeOf(shape).types[0]!
  }

  /** The paths of an event as they are, absolute: current directory, and paths with their kinds. */
  paths(id: number): { cwd: string; items: { path: string; nametype: string }[] } {
    const { cwd, items } = this.vocabulary.pathItems(id)
    const directory = this.#name(cwd)
    return {
      cwd: directory,
      items: items.map(({ name, nametype }) => ({
        path: absolutePath(directory, this.#name(name)),
        nametype,
      })),
    }
  }

  /** The word of the result that the notes give; empty when they give none. */
  noteResult(id: number): string {
    if (id === 0) return ''
    const notes = [...this.vocabulary.tuple(this.vocabulary.notes, id)]
    // Calls of io_uring, and system calls of an unusual layout: no other column has them.
    for (const type of CALL_FIELDS.keys()) {
      const note = notes.find((each) => noteType(this.vocabulary.noteTexts.get(each)) === type)
      if (note === undefined) continue
      this.#openNote(note)
      const success = isSuccess(this.#reader.first('success')?.raw ?? '')
      if (success !== null) return resultWord(success, Number(this.#reader.first('exit')?.raw ?? 0))
    }
    for (const { raw, value } of this.values('notes', id, 'res')) {
      const success = isSuccess(value) ?? isSuccess(raw)
      if (success !== null) return resultWord(success, 0)
    }
    return ''
  }

  /**
   * Whether a path of an event passes a test, which is asked once for each path however many events have it; or its
   * current directory another. `never` says of an absolute path's bytes that the test would say no.
   */
  pathTest(
    test: (path: string) => boolean,
    cwdTest: (cwd: string) => boolean = () => false,
    never: SurelyNot = () => false,
  ): (id: number) => boolean {
    const directories: (boolean | undefined)[] = []
    const directoryFits = (cwd: number): boolean => {
      const text = this.#name(cwd)
      return (directories[cwd] ??= text !== '' && cwdTest(text))
    }
    const absolute: (boolean | undefined)[] = []
    const relative = new Map<number, boolean>()
    const fits = (cwd: number, name: number): boolean => {
      const known = absolute[name]
      if (known !== undefined) return known
      const bytes = this.vocabulary.names.get(name)
      if (bytes[0] === QUOTE && bytes[1] === SLASH && never(bytes, 1))
        return (absolute[name] = false)
      const text = this.#name(name)
      if (text.startsWith('/')) return (absolute[name] ??= test(absolutePath('', text)))
      if (text === '') return false
      const key = cwd * MOST_NAMES + name
      let answer = relative.get(key)
      if (answer === undefined)
        relative.set(key, (answer = test(absolutePath(this.#name(cwd), text))))
      return answer
    }
    return (id) => {
      let cwd = 0
      let found = false
      this.vocabulary.paths.forEachWord(id, (word, place) => {
        if (place === 0) {
          cwd = word
          found = directoryFits(word)
        } else if (!found) found = fits(cwd, packedName(word))
      })
      return found
    }
  }

  #objectValues(id: number): FieldValue[] {
    return objectMeaning(this.object(id), this.objectKind(id), this.resolver)
  }

  #title(id: number): string {
    const bytes = this.vocabulary.title.get(id)
    return untrustedText(bytes, 0, bytes.length).replaceAll('\0', ' ')
  }

  #name(id: number): string {
    let name = this.#names[id]
    if (name === undefined) {
      const bytes = this.vocabulary.names.get(id)
      if (++this.#namesKept > MOST_NAMES_KEPT) {
        this.#names = []
        this.#namesKept = 1
      }
      name = this.#names[id] = untrustedText(bytes, 0, bytes.length)
    }
    return name
  }

  #pathValues(id: number, field: string): FieldValue[] {
    if (field !== 'path' && field !== 'cwd' && field !== 'nametype') return []
    const { cwd, items } = this.paths(id)
    if (field === 'cwd') return cwd === '' ? [] : asValue(cwd)
    if (field === 'nametype') return items.flatMap(({ nametype }) => asValue(nametype))
    return items.filter(({ path }) => path !== '').flatMap(({ path }) => asValue(path))
  }

  /** Opens a note's record; false when it has no fields. */
  #openNote(note: number): boolean {
    const bytes = this.vocabulary.noteTexts.get(note)
    const type = noteType(bytes)
    if (type === MALFORMED_NOTE) return false
    this.#reader.open(type === NODE_NOTE ? 0 : type, bytes, NOTE_TYPE_BYTES, bytes.length)
    return true
  }

  #noteTexts(note: number): string[] {
    const bytes = this.vocabulary.noteTexts.get(note)
    const type = noteType(bytes)
    if (type === MALFORMED_NOTE) return [decodeUtf8(bytes, NOTE_TYPE_BYTES).trim()]
    if (type === NODE_NOTE) return [decodeUtf8(bytes, NOTE_TYPE_BYTES + 'node='.length)]
    this.#reader.open(type, bytes, NOTE_TYPE_BYTES, bytes.length)
    return this.#reader.texts('')
  }
}

function noteType(bytes: Uint8Array): number {
  return bytes[0]! | (bytes[1]! << 8)
}

function asValue(text: string): FieldValue[] {
  return text === '' ? [] : [{ raw: text, value: text }]
}

function typeOf(code: number): string {
  return code === MALFORMED_NOTE ? 'MALFORMED' : typeName(code)
}
