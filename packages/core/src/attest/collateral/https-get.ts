import { CollateralError, type Fetch, type FetchAnswer } from '@mse/attest'
import { request, type IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { openService, type ServiceTrust } from './open-service.ts'

/** Bytes that are read at most, whatever they are; the library has narrower limits for each part. */
const answerLimit = 4 << 20

/**
 * A `fetch` for collateral: GET over a connection of its own to a service that is trusted as told. The whole answer is here
 * when it returns, so that one that breaks off can be asked for again.
 * What it returns throws CollateralError `collateral/timeout`, `collateral/too-large`, those of {@link openService}, and errors of the
 * network as they are.
 *
 * @param timeout milliseconds for connection and answer together: whoever answers in drops is too late
 */
export function createHttpsGet(trust: ServiceTrust, timeout: number): Fetch {
  return async (address, { signal }) => {
    const url = new URL(address)
    const deadline = AbortSignal.timeout(timeout)
    const stop = AbortSignal.any([signal, deadline])
    let socket: TLSSocket | undefined
    try {
      socket = await openService(url, trust, stop)
      return await exchange(socket, url, stop)
    } catch (cause) {
      if (signal.aborted || !deadline.aborted || cause instanceof CollateralError) throw cause
      throw new CollateralError('collateral/timeout', `${url.host} did not answer in time`, {
        expected: `an answer within ${timeout / 1000} s`,
        next: 'Try again later, or use another source of collateral.',
        cause,
      })
    } finally {
      socket?.destroy()
    }
  }
}

async function exchange(socket: TLSSocket, url: URL, signal: AbortSignal): Promise<FetchAnswer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({
      createConnection: () => socket,
      path: `${url.pathname}${url.search}`,
      headers: { Host: url.host, Accept: '*/*', 'User-Agent': 'mse', Connection: 'close' },
      signal,
    })
      .on('response', resolve)
      .on('error', reject)
      .end()
  })
  const body = await readBody(response, url)
  return {
    status: response.statusCode ?? 0,
    headers: { get: (name) => [response.headers[name.toLowerCase()] ?? null].flat().join(', ') || null },
    body: new Blob([body]).stream(),
  }
}

async function readBody(response: IncomingMessage, url: URL): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length
    if (size > answerLimit) {
      throw new CollateralError('collateral/too-large', `${url.host} sends more than collateral can be`, {
        expected: `at most ${answerLimit} bytes`,
        next: 'Use another source of collateral.',
      })
    }
    parts.push(part)
  }
  return Uint8Array.from(Buffer.concat(parts))
}
