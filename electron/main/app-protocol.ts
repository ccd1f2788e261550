/** Serves the renderer's files under app://auditscope/, with the content security policy on every answer. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { protocol } from 'electron'

const SCHEME = 'app'
const HOST = 'auditscope'

/** Address of the window's page. */
export const PAGE_URL = `${SCHEME}://${HOST}/index.html`

/** Origin that every IPC message must come from. */
export const PAGE_ORIGIN = `${SCHEME}://${HOST}`

/**
 * Everything is denied unless listed. Styles allow inline ones because ECharts and CodeMirror set style attributes and
 * insert style elements; scripts never are inline.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
}

/** Must run before the app is ready: makes app:// a standard, secure scheme. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: false } },
  ])
}

/**
 * The file that an app:// address means, or null when it is none of ours: another host, a path outside of the folder,
 * or a type that the renderer does not consist of.
 */
export function resolveFile(folder: string, address: string): string | null {
  let url: URL
  let pathname: string
  try {
    url = new URL(address)
    pathname = decodeURIComponent(url.pathname)
  } catch {
    return null
  }
  if (url.protocol !== `${SCHEME}:` || url.host !== HOST || pathname.includes('\0')) return null
  const file = path.normalize(path.join(folder, pathname))
  if (!file.startsWith(folder + path.sep) || !(path.extname(file) in TYPES)) return null
  return file
}

/** Starts serving `folder`. */
export function serveRenderer(folder: string): void {
  protocol.handle(SCHEME, async (request) => {
    const headers = {
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
    }
    const file = request.method === 'GET' ? resolveFile(folder, request.url) : null
    if (!file) return new Response('Not found', { status: 404, headers })
    try {
      const body = await readFile(file)
      return new Response(body, {
        headers: { ...headers, 'content-type': TYPES[path.extname(file)] },
      })
    } catch {
      return new Response('Not found', { status: 404, headers })
    }
  })
}
