import type { CertificateEvidence } from '@mse/attest'
import { decodeEvidence } from '@mse/attest/evidence'
import { MseError } from '../error.ts'
import { exchange, type Endpoint } from './channel.ts'

/**
 * The evidence that an enclave publishes for clients that pin it: of its certificate, and of the one that is to come if renewal has
 * begun (spec/5-provision.md, "Renewal"). Each is for somebody to verify.
 *
 * @param key that the connection has to show, SubjectPublicKeyInfo in DER
 * @throws MseError `serve/*`, `certificate/other-key`; AttestationError `evidence/malformed`
 */
export async function publishedEvidence(endpoint: Endpoint, key: Uint8Array): Promise<CertificateEvidence[]> {
  const answer = await exchange(endpoint, key, { method: 'GET', path: '/.well-known/mse/certificates.pem' })
  const blocks =
    answer.body.toString('latin1').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g) ?? []
  if (answer.status !== 200 || blocks.length === 0) {
    throw new MseError('serve/not-an-enclave', `${endpoint.host}:${endpoint.port} publishes no certificates`)
  }
  return blocks.map((block) => decodeEvidence(Buffer.from(block)) as CertificateEvidence)
}
