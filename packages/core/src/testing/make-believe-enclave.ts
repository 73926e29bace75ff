import { verifyEvidence, type CertificateEvidence, type SoftwarePolicy, type VerifiedEnclave } from '@mse/attest'
import { certificateToPem } from '@mse/attest'
import { createPlatform, makeEnclave } from '@mse/attest/testing'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls'
import type { Endpoint } from '../attest/channel.ts'

/** What answers a request: gets the whole request as text once its head and body are there. */
export type Reply = (socket: TLSSocket, request: string) => void

/** An enclave that is no enclave: real TLS, real evidence, whatever answers. */
export interface MakeBelieveEnclave {
  readonly endpoint: Endpoint
  readonly evidence: CertificateEvidence
  readonly policy: SoftwarePolicy
  /** What the verifier makes of its evidence. */
  readonly verified: VerifiedEnclave
  /** Bytes of application data that connections have sent so far. */
  received(): number
  stop(): Promise<void>
}

export async function startEnclave(reply: Reply, tls: TlsOptions = {}): Promise<MakeBelieveEnclave> {
  const made = await proveEnclave()
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', made.key)).toString('base64')
  const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`
  const sockets = new Set<TLSSocket>()
  let received = 0
  const server = createServer({ key, cert: certificateToPem(made.evidence.certificate), ...tls }, (socket) => {
    sockets.add(socket)
    let text = ''
    socket.on('error', () => undefined)
    socket.on('data', (data: Buffer) => {
      received += data.length
      text += data.toString('latin1')
      if (isWhole(text)) reply(socket, text)
    })
  })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    ...made,
    endpoint: { host: '127.0.0.1', port: (server.address() as AddressInfo).port, serverName: 'localhost' },
    received: () => received,
    async stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Evidence of a new make-believe platform, judged; bundles are sealed to that X25519 public value. */
export async function proveEnclave(
  now: Date = new Date(),
  sealingKey: Uint8Array = Uint8Array.from({ length: 32 }, (_, at) => at + 1),
): Promise<{
  readonly evidence: CertificateEvidence
  readonly policy: SoftwarePolicy
  readonly verified: VerifiedEnclave
  readonly key: CryptoKey
}> {
  const platform = await createPlatform({ now })
  const { evidence, tlsKey } = await makeEnclave(platform, {
    now,
    measurement: new Uint8Array(32).fill(0xab),
    sealingKey,
  })
  const policy: SoftwarePolicy = {
    platform: 'software',
    softwareRoots: [platform.rootKeyHash],
    measurement: ['ab'.repeat(32)],
    signer: 'any',
    debug: 'refused',
  }
  const { enclave } = await verifyEvidence(evidence, policy, { now })
  return { evidence, policy, verified: enclave, key: tlsKey.privateKey }
}

/** An answer with that status and body, after which the connection ends. */
export function answer(status: number, body: string): Reply {
  return (socket) => {
    socket.end(`HTTP/1.1 ${status} X\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`)
  }
}

function isWhole(request: string): boolean {
  const end = request.indexOf('\r\n\r\n')
  const length = /^content-length: (\d+)\r$/im.exec(request)?.[1] ?? '0'
  return end !== -1 && request.length >= end + 4 + Number(length)
}
