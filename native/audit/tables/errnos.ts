import { ERRNO_TEXTS } from './generated/errno-texts'
import { ERRNOS } from './generated/errno'
import { namesOf } from './names'

const names = namesOf(ERRNOS)
const texts = new Map(ERRNO_TEXTS)

/** The name of an error number (positive): 2 → `ENOENT`. */
export function errnoName(errno: number): string | undefined {
  return names.name(errno)
}
/** The number of an error name, aliases included: `EWOULDBLOCK` → 11. */
export function errnoNumber(name: string): number | undefined {
  return names.number(name)
}
/** glibc's text of an error number (positive): 2 → `No such file or directory`. */
export function errnoText(errno: number): string | undefined {
  return texts.get(errno)
}
/** Every error name with its number. */
export const errnos = names.entries
