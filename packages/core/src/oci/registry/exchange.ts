import { request as requestPlain, type IncomingHttpHeaders } from 'node:http'
import { request as requestTls } from 'node:https'
import { MseError } from '../../error.ts'
import { readAtMost } from '../../read-at-most.ts'

export interface Outgoing {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** To be read, or thrown away by `discard`. */
  readonly body: AsyncIterable<Buffer>
  discard(): void
}

export interface Connection {
  /** Certificates in PEM that are trusted instead of those that Node.js brings. */
  readonly ca: string | undefined
  readonly signal: AbortSignal
}

/** Milliseconds without a byte. */
const patience = 60_000

/**
 * One request, one answer.
 *
 * @throws MseError `registry/unreachable`, `registry/certificate`
 */
export function exchange(url: URL, { method, headers, body }: Outgoing, { ca, signal }: Connection): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': String(body.length) }
    const options = { method, headers: { 'User-Agent': 'mse', ...headers, ...length }, signal }
    const outgoing =
      url.protocol === 'http:' ? requestPlain(url, options) : requestTls(url, { ...options, ...(ca && { ca }) })
    outgoing.setTimeout(patience, () => outgoing.destroy(new Error(`silent for ${patience / 1000} s`)))
    outgoing.on('error', (cause: NodeJS.ErrnoException) => reject(signal.aborted ? signal.reason : failure(url, cause)))
    outgoing.on('response', (incoming) => {
      resolve({
        status: incoming.statusCode ?? 0,
        headers: incoming.headers,
        body: reading(url, incoming),
        discard: () => incoming.resume(),
      })
    })
    outgoing.end(body)
  })
}

/** The body; when it ends early, that is a failure of the connection like any other. */
async function* reading(url: URL, incoming: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* incoming
  } catch (cause) {
    throw failure(url, cause as NodeJS.ErrnoException)
  }
}

/** All of a small body. */
export async function bodyOf(answer: Answer, limit: number): Promise<Buffer> {
  const body = await readAtMost(answer.body, limit)
  if (body !== undefined) return body
  throw new MseError('image/too-large', `the registry answers with more than ${limit} bytes`)
}

function failure(url: URL, cause: NodeJS.ErrnoException): MseError {
  const { code = '', message } = cause
  if (/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code)) {
    return new MseError('registry/certificate', `the certificate of ${url.host} is not one that is trusted`, {
      found: code,
      next: 'Name the registry’s own authority: --registry-ca FILE',
      cause,
    })
  }
  return new MseError('registry/unreachable', `${url.host} does not answer`, {
    found: code === '' ? message : code,
    ...(isPlain(code) && { next: `If it has no TLS and you accept that: --insecure-registry ${url.host}` }),
    cause,
  })
}

/** How a server that speaks plain HTTP answers to TLS. */
export function isPlain(code: string | undefined): boolean {
  return code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG'
}
