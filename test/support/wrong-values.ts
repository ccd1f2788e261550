/**
 * Bad input for every request of a declared boundary, made from its schemas: whoever declares a new request has it tested,
 * and has to bound what it takes.
 */
import type { z } from 'zod'

/** A field of a request's arguments, and a value that it must refuse. */
export interface WrongValue {
  field: string
  value: unknown
  /** For the test's name; values may be huge. */
  what: string
}

/** Longer than anything that a request takes. */
const HUGE = 'x'.repeat(2 ** 26 + 1)
const OF_NO_TYPE: readonly [string, unknown][] = [
  ['a symbol-like object', { toString: 'x' }],
  ['a function’s text in a list', [['() => 1']]],
]
const WRONG: Readonly<Record<string, readonly [string, unknown][]>> = {
  string: [['a number', 5], ['a truth value', true], ['64 MiB of text', HUGE], ...OF_NO_TYPE],
  number: [
    ['digits as text', '5'],
    ['not a number', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['1e308', 1e308],
    ['-1e308', -1e308],
    ...OF_NO_TYPE,
  ],
  boolean: [['a word', 'yes'], ['1', 1], ...OF_NO_TYPE],
  enum: [
    ['an unknown name', 'nonsense'],
    ['__proto__', '__proto__'],
    ['a number', 5],
    ...OF_NO_TYPE,
  ],
  array: [
    ['a text', 'x'],
    ['a number', 5],
    ['a million of nothing', new Array(1_000_000)],
  ],
  object: [
    ['a text', 'x'],
    ['a number', 5],
    ['a list', []],
  ],
}
const WRAPPERS = ['optional', 'nullable', 'default', 'prefault', 'readonly', 'nonoptional']

interface Definition {
  type: string
  innerType?: z.ZodType
  shape?: Record<string, z.ZodType>
  checks?: { _zod: { def: { check: string } } }[]
}

const definitionOf = (schema: z.ZodType): Definition => schema.def as unknown as Definition

function unwrap(schema: z.ZodType): Definition {
  const definition = definitionOf(schema)
  return WRAPPERS.includes(definition.type) && definition.innerType
    ? unwrap(definition.innerType)
    : definition
}

/** Values that are wrong for the fields of a request's arguments; fields of any JSON are checked by whoever reads them. */
export function wrongValues(schema: z.ZodType): WrongValue[] {
  return Object.entries(unwrap(schema).shape ?? {}).flatMap(([field, type]) =>
    (WRONG[unwrap(type).type] ?? []).map(([what, value]) => ({ field, value, what })),
  )
}

/** Whether the schema finds fault with this very field. */
export function refuses(schema: z.ZodType, { field, value }: WrongValue): boolean {
  const parsed = schema.safeParse({ [field]: value })
  return !parsed.success && parsed.error.issues.some(({ path }) => path[0] === field)
}

/** Lists of a request's arguments that may be of any length. */
export function unboundedLists(schema: z.ZodType): string[] {
  return Object.entries(unwrap(schema).shape ?? {})
    .filter(([, type]) => {
      const { type: kind, checks } = unwrap(type)
      return (
        kind === 'array' && !checks?.some(({ _zod }) => /^max_length$|^length/.test(_zod.def.check))
      )
    })
    .map(([field]) => field)
}
