/** Makes a path absolute and plain: `/a/../b//c` → `/b/c`. As a string: links are not followed, the disk is not asked. */
export function absolutePath(cwd: string, path: string): string {
  if (path === '') return ''
  const whole = path.startsWith('/') ? path : cwd === '' ? '' : `${cwd}/${path}`
  if (whole === '') return path
  if (!NEEDS_WORK.test(whole)) return whole
  const parts: string[] = []
  for (const part of whole.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}
const NEEDS_WORK = /\/\/|\/\.\.?(\/|$)|.\/$/

/** Paths that are remembered: more than this and the memory starts anew. */
const MAX_PATHS = 10_000

/** {@link absolutePath} for a stream of events, in which the same few paths come again and again. Bounded. */
export class PathCache {
  private readonly folders = new Map<string, Map<string, string>>()
  private count = 0
  private cwd = ''
  private known: Map<string, string> | undefined

  absolute(cwd: string, path: string): string {
    if (this.known === undefined || cwd !== this.cwd) this.known = this.enter(cwd)
    const known = this.known.get(path)
    if (known !== undefined) return known
    const absolute = absolutePath(cwd, path)
    this.known.set(path, absolute)
    if (++this.count >= MAX_PATHS) this.forget()
    return absolute
  }

  private enter(cwd: string): Map<string, string> {
    this.cwd = cwd
    let known = this.folders.get(cwd)
    if (known === undefined) {
      known = new Map()
      this.folders.set(cwd, known)
      // A folder counts as well: a log may name a new one in each event.
      this.count++
    }
    return known
  }

  private forget(): void {
    this.folders.clear()
    this.known = undefined
    this.count = 0
  }
}
