/** What a query needs to know of names: handed in, so that the language stays free of the kernel's tables. */
export interface Names {
  /** The positive number of an error's name, e.g. 13 for `EACCES`; null when there is no such error. */
  errno(name: string): number | null
  /** All values that a field can have, when they are known beforehand (record types, system calls); else null. */
  values(field: string): readonly string[] | null
  /** Names of fields that records are known to have, besides those of fields.ts. */
  recordFields(): readonly string[]
}
