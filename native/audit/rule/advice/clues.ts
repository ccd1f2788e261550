/**
 * What is quickly seen of a rule, so that not all have to be compared with all: a rule can cover another only when it is about
 * the same place or one above it, and when the other has each of its `=` conditions.
 */
import type { FieldName, Rule, RuleField } from '../model'

/** Stands for no place, no condition, or every syscall. */
export const ANY = ''

/** By what a rule can be found, and by what others have to be looked for that cover it. */
export interface Clues {
  /** The place that it is about, or {@link ANY}. */
  place: string
  /** The place itself, and every one above it. */
  places: readonly string[]
  /** Its `=` conditions. */
  conditions: readonly string[]
}

/** The clues of a rule. */
export function cluesOf({ fields }: Rule): Clues {
  const place = placeOf(fields)
  const conditions = fields
    .filter(isClue)
    .map(({ field, value, text }) => `${field}=${text ?? value}`)
  return { place, places: placesAbove(place), conditions }
}

/** Fields whose `=` another condition than the same can imply, or that nearly every rule has. */
const NO_CLUES: ReadonlySet<FieldName> = new Set<FieldName>([
  'path',
  'dir',
  'exe',
  'perm',
  'arch',
  'key',
])

function isClue({ field, operator }: RuleField): boolean {
  return operator === '=' && !NO_CLUES.has(field)
}

function placeOf(fields: readonly RuleField[]): string {
  const field = fields.find(
    ({ field: name, operator }) =>
      (name === 'path' || name === 'dir' || name === 'exe') && operator === '=',
  )
  return field === undefined
    ? ANY
    : field.field === 'exe'
      ? `exe:${field.text}`
      : (field.text ?? ANY)
}

/** The place itself and the directories above it. */
function placesAbove(place: string): string[] {
  if (place === ANY || place.startsWith('exe:')) return place === ANY ? [] : [place]
  const parts = place.replace(/\/+$/, '').split('/')
  return [
    place,
    ...parts
      .map((_, index) => parts.slice(0, parts.length - index).join('/') || '/')
      .filter((path) => path !== place),
  ]
}
