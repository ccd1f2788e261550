/** The HTTP side of the exporter: one page, small limits, and nothing that a client could make it do or keep. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fail, ok, type Result } from '@native/audit/result'

/** A scrape's headers are a few hundred bytes. */
const MAX_HEADER_BYTES = 8 * 1024
/** Prometheus and a person with curl; who opens more has gone astray. */
const MAX_CONNECTIONS = 16
/** A client that does not say what it wants, or does not take the answer, is let go after this, ms. */
const PATIENCE = 5000
/** Version 0.0.4 of the text format. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export interface Address {
  host: string
  port: number
}

/** `127.0.0.1:9476`, `[::1]:9476`, `:9476` (loopback). */
export function readAddress(text: string): Result<Address> {
  const [, six, host, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([\w.-]*)):(\d{1,5})$/.exec(text) ?? []
  if (port === undefined || Number(port) > 65535)
    return fail('usage', `--listen is ADDRESS:PORT, such as 127.0.0.1:9476, not "${text}".`)
  return ok({ host: six ?? (host === '' ? '127.0.0.1' : host!), port: Number(port) })
}

/** Whether only this machine can reach it. */
export function isLoopback({ host }: Address): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host)
}

/** Serves what `page` returns under /metrics. */
export class MetricsServer {
  readonly #server: Server

  constructor(page: () => string) {
    this.#server = createServer(
      {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: PATIENCE,
        requestTimeout: PATIENCE,
        keepAliveTimeout: PATIENCE,
        connectionsCheckingInterval: 1000,
      },
      (request, response) => answer(request, response, page),
    )
    this.#server.maxConnections = MAX_CONNECTIONS
    // Who takes no answer is let go as well.
    this.#server.on('connection', (socket) => {
      socket.setTimeout(PATIENCE, () => socket.destroy())
      socket.on('error', () => socket.destroy())
    })
  }

  /** Begins to listen; says at which port. */
  listen({ host, port }: Address): Promise<Result<number>> {
    return new Promise((resolve) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        resolve(
          fail(
            error.code ?? 'internal',
            `${host}:${port} cannot be listened on: ${error.code ?? error.message}.`,
            error.code === 'EADDRINUSE'
              ? 'Another program has it; choose another port with --listen.'
              : '',
          ),
        )
      })
      this.#server.listen(port, host, () =>
        resolve(ok((this.#server.address() as AddressInfo).port)),
      )
    })
  }

  /** Stops at once, whatever clients are doing. */
  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

function answer(request: IncomingMessage, response: ServerResponse, page: () => string): void {
  // What a client sends beside its headers is not looked at.
  request.resume()
  const path = request.url?.split('?')[0]
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return send(response, 405, 'Only GET.\n', { Allow: 'GET, HEAD' })
  if (path === '/') return send(response, 200, 'Metrics are under /metrics.\n')
  if (path !== '/metrics') return send(response, 404, 'There is nothing here.\n')
  send(response, 200, page(), { 'Content-Type': CONTENT_TYPE })
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    ...headers,
  })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}
