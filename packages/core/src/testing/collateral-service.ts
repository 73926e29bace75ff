import type { Collateral, CollateralNeed } from '@mse/attest'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { testCertificate } from './test-certificate.ts'

/** What a service has: collateral, and the need that it is for. */
export interface Held {
  readonly need: CollateralNeed
  readonly collateral: Collateral
}

/** How an answer goes wrong. */
export interface Fault {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
  /** The headers of issuer chains stay away. */
  readonly noChain?: true
  /** Milliseconds before anything is sent. */
  readonly delay?: number
  /** Bytes of the body after which the connection breaks. */
  readonly breakAfter?: number
  /** One byte of the body at a time, so many milliseconds apart. */
  readonly drip?: number
  /** Sends without end. */
  readonly endless?: true
}

/** A PCS or a PCCS: real TLS, real HTTP, the bodies that it was given. */
export interface CollateralService {
  /** `https://<host>:<port>`. */
  readonly url: string
  readonly rootCaCrlUrl: string
  /** Certificate authority of its certificate, PEM. */
  readonly authority: string
  /** The certificate itself, PEM. */
  readonly certificate: string
  /** Paths with queries, as they came in. */
  readonly asked: readonly string[]
  /** Bytes that were received after the handshakes. */
  received(): number
  stop(): Promise<void>
}

/**
 * Starts a service.
 *
 * @param given.fault what goes wrong with the answer to a path; `count` is 1 for its first request
 */
export async function startCollateralService(given: {
  readonly kind: 'pcs' | 'pccs'
  readonly held: readonly Held[]
  readonly fault?: (path: string, count: number) => Fault | undefined
  /** The address to listen on; its certificate is for `localhost` all the same. */
  readonly host?: string
}): Promise<CollateralService> {
  const asked: string[] = []
  let received = 0
  const { key, certificate, authority } = await testCertificate()
  const server = createServer({ key, cert: certificate }, (request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const fault = given.fault?.(path, asked.filter((one) => one === path).length) ?? {}
    void send(response, answerTo(given, path), fault).catch(() => request.destroy())
  })
  server.on('secureConnection', (socket) => socket.on('data', (data: Buffer) => (received += data.length)))
  server.on('tlsClientError', () => undefined)
  server.on('request', (request: IncomingMessage) => request.on('error', () => undefined))
  server.listen(0, given.host ?? 'localhost')
  await once(server, 'listening')
  const url = `https://${given.host ?? 'localhost'}:${(server.address() as AddressInfo).port}`
  return {
    url,
    rootCaCrlUrl: `${url}/IntelSGXRootCA.der`,
    authority,
    certificate,
    asked,
    received: () => received,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Answer {
  readonly status: number
  readonly chain?: readonly [header: string, pem: string]
  readonly body: Uint8Array | string
}

const nothing: Answer = { status: 404, body: 'Not found' }

/** The interface of Intel PCS API v4; where the PCCS differs, it is said. */
function answerTo(given: { readonly kind: 'pcs' | 'pccs'; readonly held: readonly Held[] }, path: string): Answer {
  const url = new URL(path, 'https://localhost')
  const [, tee, version, what] = /^\/(sgx|tdx)\/certification\/v([34])\/(.*)$/.exec(url.pathname) ?? []
  const { kind, held } = given
  const text = (name: string): string => url.searchParams.get(name) ?? ''
  const of = (wanted: (need: CollateralNeed) => boolean): Collateral | undefined =>
    held.find(({ need }) => wanted(need))?.collateral

  if (kind === 'pcs' && url.pathname === '/IntelSGXRootCA.der')
    return { status: 200, body: held[0]?.collateral.rootCaCrl ?? '' }
  // The PCCS sends the list of the root as hexadecimal text.
  if (kind === 'pccs' && what === 'rootcacrl') return { status: 200, body: hex(held[0]?.collateral.rootCaCrl) }
  if (what === 'tcb') {
    const found = of((need) => need.tee === tee && need.fmspc === text('fmspc').toLowerCase())
    const name = version === '3' ? 'SGX-TCB-Info-Issuer-Chain' : 'TCB-Info-Issuer-Chain'
    return found === undefined ? nothing : { status: 200, body: found.tcbInfo, chain: [name, found.tcbInfoIssuerChain] }
  }
  if (what === 'qe/identity') {
    const found = of((need) => need.tee === tee)
    const chain = ['SGX-Enclave-Identity-Issuer-Chain', found?.qeIdentityIssuerChain ?? ''] as const
    return found === undefined ? nothing : { status: 200, body: found.qeIdentity, chain }
  }
  if (what === 'pckcrl') {
    const found = of((need) => need.ca === text('ca'))
    if (found === undefined) return nothing
    const body =
      text('encoding') === 'der' ? found.pckCrl : kind === 'pccs' ? hex(found.pckCrl) : crlToPem(found.pckCrl)
    return { status: 200, body, chain: ['SGX-PCK-CRL-Issuer-Chain', found.pckCrlIssuerChain] }
  }
  return nothing
}

async function send(response: ServerResponse, answer: Answer, fault: Fault): Promise<void> {
  const { chain } = answer
  const body = Buffer.from(fault.body ?? answer.body)
  if (fault.delay !== undefined) await sleep(fault.delay)
  if (chain !== undefined && fault.noChain !== true) response.setHeader(chain[0], encodeURIComponent(chain[1]))
  for (const [name, value] of Object.entries(fault.headers ?? {})) response.setHeader(name, value)
  response.writeHead(fault.status ?? answer.status, fault.endless === true ? {} : { 'Content-Length': body.length })
  if (fault.breakAfter !== undefined) {
    response.write(body.subarray(0, fault.breakAfter), () => response.destroy())
  } else if (fault.drip !== undefined) {
    for (const byte of body) {
      response.write(Uint8Array.of(byte))
      await sleep(fault.drip)
      if (response.destroyed) return
    }
    response.end()
  } else if (fault.endless === true) {
    await pipeline(endless, response)
  } else response.end(body)
}

async function* endless(): AsyncGenerator<Buffer> {
  for (;;) yield Buffer.alloc(64 * 1024, ' ')
}

function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex')
}

function crlToPem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return ['-----BEGIN X509 CRL-----', ...lines, '-----END X509 CRL-----', ''].join('\n')
}

async function sleep(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms).unref())
}
