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
