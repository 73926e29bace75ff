import type { Evidence } from '@mse/attest'
import { openChannel, type Endpoint } from './channel.ts'
import { MseError } from '../error.ts'

/** The evidence that an enclave shows to whoever connects: the certificate of its TLS handshake, with the quote in it. */
export async function collectEvidence(endpoint: Endpoint, timeout = 10_000): Promise<Evidence> {
  const socket = await openChannel(endpoint, undefined, timeout)
  const certificate = socket.getPeerCertificate().raw as Buffer | undefined
  socket.destroy()
  if (certificate === undefined) throw new MseError('evidence/malformed', 'the server shows no certificate')
  return { certificate: Uint8Array.from(certificate) }
}
