import { request, type IncomingMessage } from 'node:http'
import { connect, type TLSSocket } from 'node:tls'
import { MseError } from '../error.ts'
import { readAtMost } from '../read-at-most.ts'

/** Where an enclave listens, and the name to ask for (SNI). */
export interface Endpoint {
  readonly host: string
  readonly port: number
  readonly serverName: string
}

export interface Exchange {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: Uint8Array
  readonly contentType?: string
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** An open connection, and the certificate (DER) that was shown on it. */
export interface Channel {
  readonly socket: TLSSocket
  readonly certificate: Buffer
  /** Its key: SubjectPublicKeyInfo, DER. */
  readonly key: Buffer
}

/** Bytes of an answer that are read at most. */
const answerLimit = 4 << 20

/**
 * Opens a TLS connection. The certificate is self-signed and is not judged here: a caller that trusts the enclave passes the
 * SubjectPublicKeyInfo (DER) that a verdict gave, and it is compared before the first byte is written. Sessions are never
 * resumed: a resumed one shows no certificate.
 *
 * @throws MseError `serve/unreachable`, `serve/timeout`, `certificate/other-key`
 */
export async function openChannel(
  { host, port, serverName }: Endpoint,
  expected: Uint8Array | undefined,
  timeout: number,
): Promise<Channel> {
  const named = /^[\d.]+$|:/.test(serverName) ? {} : { servername: serverName }
  const socket = connect({
    host,
    port,
    ...named,
    rejectUnauthorized: false,
    // No authority is asked; Node.js would read all that it knows, which takes 10 to 20 ms.
    ca: [],
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
  })
  await new Promise<void>((resolve, reject) => {
    const fail = (error: MseError): void => {
      socket.destroy()
      reject(error)
    }
    const timer = setTimeout(() => fail(tooLate(host, port)), timeout)
    socket.once('error', (cause) => fail(unreachable(host, port, cause)))
    socket.once('close', () => {
      clearTimeout(timer)
      fail(unreachable(host, port, undefined))
    })
    socket.once('secureConnect', () => {
      clearTimeout(timer)
      resolve()
    })
  })
  // Asked once: in Node.js 20 a second call finds no certificate.
  const shown = socket.getPeerX509Certificate()
  const key = shown?.publicKey.export({ type: 'spki', format: 'der' })
  if (shown === undefined || key === undefined || (expected !== undefined && !key.equals(expected))) {
    socket.destroy()
    throw new MseError('certificate/other-key', `another key than the verified one answers at ${host}:${port}`, {
      next: 'Do not send anything there; verify again.',
    })
  }
  return { socket, certificate: shown.raw, key }
}

/**
 * One HTTP exchange over a connection of its own.
 *
 * @param timeout milliseconds for the connection, and again for the whole exchange: whoever answers in drops is too late
 * @throws MseError as {@link openChannel}, and `serve/oversized`
 */
export async function exchange(
  endpoint: Endpoint,
  expected: Uint8Array | undefined,
  { method, path, body, contentType }: Exchange,
  timeout = 10_000,
): Promise<Answer> {
  const { socket } = await openChannel(endpoint, expected, timeout)
  const { host, port, serverName } = endpoint
  const headers = {
    Host: `${serverName.includes(':') ? `[${serverName}]` : serverName}:${port}`,
    Connection: 'close',
    ...(body === undefined ? {} : { 'Content-Length': body.length }),
    ...(contentType === undefined ? {} : { 'Content-Type': contentType }),
  }
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise<Answer>((resolve, reject) => {
      timer = setTimeout(() => reject(tooLate(host, port)), timeout)
      const call = request({ createConnection: () => socket, method, path, headers }, (response) => {
        readBody(response, host, port).then(
          (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
          reject,
        )
      })
      call.on('error', (cause) => reject(unreachable(host, port, cause)))
      call.end(body)
    })
  } finally {
    clearTimeout(timer)
    socket.destroy()
  }
}

async function readBody(response: IncomingMessage, host: string, port: number): Promise<Buffer> {
  const body = await readAtMost(response, answerLimit).catch((cause: unknown) => {
    throw unreachable(host, port, cause)
  })
  if (body !== undefined) return body
  throw new MseError('serve/oversized', `${host}:${port} answers more than anybody asked for`, {
    expected: `at most ${answerLimit} bytes`,
  })
}

function unreachable(host: string, port: number, cause: unknown): MseError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code
  const found = code === undefined ? {} : { found: code }
  return new MseError('serve/unreachable', `nothing answers at ${host}:${port}`, {
    ...found,
    cause,
    next: 'Is host and port right? mse list shows what runs on this machine.',
  })
}

function tooLate(host: string, port: number): MseError {
  return new MseError('serve/timeout', `${host}:${port} did not answer in time`, { next: 'mse logs NAME' })
}
