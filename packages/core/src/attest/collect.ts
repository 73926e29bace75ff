import type { CertificateEvidence } from '@mse/attest'
import { openChannel, type Endpoint } from './channel.ts'

/** The evidence that an enclave shows to whoever connects: the certificate of its TLS handshake, with the quote in it. */
export async function collectEvidence(endpoint: Endpoint, timeout = 10_000): Promise<CertificateEvidence> {
  const { socket, certificate } = await openChannel(endpoint, undefined, timeout)
  socket.destroy()
  return { certificate: Uint8Array.from(certificate) }
}
