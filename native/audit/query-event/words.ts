/** Words of results, errors and types: the same for columns, raw events and rows. */
import { MALFORMED } from '../record'
import { errnoName, recordTypeName } from '../tables'

/** Error numbers are below this (MAX_ERRNO of linux/err.h). */
export const MAX_ERRNO = 4095

/** The name of the error that a call returned; null when it returned none. */
export function errorOf(exit: number): string | null {
  return exit < 0 && exit >= -MAX_ERRNO ? (errnoName(-exit) ?? `errno ${-exit}`) : null
}

/** What the result column says: `ok`, an error's name, `failed`, or nothing when the event does not say. */
export function resultWord(success: boolean | null, exit: number): string {
  if (success === null) return ''
  return success ? 'ok' : (errorOf(exit) ?? 'failed')
}

/** Whether a word of `success=`, `res=` or `result=` means success; null for other words. */
export function isSuccess(word: string): boolean | null {
  if (/^(?:yes|1|success|ok)$/i.test(word)) return true
  return /^(?:no|0|failed|fail|failure)$/i.test(word) ? false : null
}

/** The type of a record as a query names it. */
export function typeName(type: number): string {
  return type === MALFORMED ? 'MALFORMED' : recordTypeName(type)
}
