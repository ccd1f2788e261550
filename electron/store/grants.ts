/** Paths that the user chose: the page may make the store read or write these and no others. */
import path from 'node:path'

type Access = 'read' | 'write'

export class Grants {
  readonly #granted: Record<Access, Set<string>> = { read: new Set(), write: new Set() }

  add(granted: string, access: Access): void {
    this.#granted[access].add(path.resolve(granted))
  }

  has(wanted: string, access: Access): boolean {
    return this.#granted[access].has(path.resolve(wanted))
  }
}
