/** Paths where room is short. */

/** Characters of a file's name that always stay in sight at most: a longer name is cut like any text. */
const LONGEST_NAME = 64

/**
 * Where the last name of a path begins, so that what is before it can be cut first; 0 when the text is no path or has
 * only one name.
 */
export function splitPath(text: string): number {
  if (!text.startsWith('/')) return 0
  const at = text.lastIndexOf('/', text.length - 2) + 1
  return at <= 1 || text.length - at > LONGEST_NAME ? 0 : at
}
