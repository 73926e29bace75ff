import { AttestationError, certificateToPem, collateralNeed, type CertificateEvidence } from '@mse/attest'
import { decodeEvidence } from '@mse/attest/evidence'
import { X509Certificate } from 'node:crypto'
import { exchange, openChannel, type Endpoint } from './channel.ts'

/** What a connection showed, and what evidence says of it. */
export interface Shown {
  /** Its key: SubjectPublicKeyInfo, DER. */
  readonly key: Uint8Array
  /**
   * `certificate`: the certificate carries the evidence. `key`: it is another one, for the key that the evidence is over. `nothing`: the
   * key is another one; genuine evidence may come through anybody, and proves no channel.
   */
  readonly proves: 'certificate' | 'key' | 'nothing'
}

export interface Collected {
  readonly evidence: CertificateEvidence
  readonly shown: Shown
}

/**
 * The evidence that an enclave shows to whoever connects: the certificate of its TLS handshake, with the quote in it; or, where that is
 * a certificate of an authority, what the launcher says under its own path.
 */
export async function collect(endpoint: Endpoint, timeout = 10_000): Promise<Collected> {
  const { socket, certificate, key } = await openChannel(endpoint, undefined, timeout)
  socket.destroy()
  const own = {
    evidence: { certificate: Uint8Array.from(certificate) },
    shown: { key, proves: 'certificate' } as const,
  }
  if (carriesQuote(own.evidence)) return own
  const evidence = await evidenceBeside(endpoint, key, timeout)
  if (evidence === undefined) return own // which the verifier refuses, with a reason
  return { evidence, shown: { key, proves: keyOf(evidence.certificate).equals(key) ? 'key' : 'nothing' } }
}

/** As {@link collect}, for who does not rely on the connection. */
export async function collectEvidence(endpoint: Endpoint, timeout = 10_000): Promise<CertificateEvidence> {
  return (await collect(endpoint, timeout)).evidence
}

function carriesQuote(evidence: CertificateEvidence): boolean {
  try {
    collateralNeed(evidence)
    return true
  } catch (error) {
    // Certificates of authorities may have what certificates of enclaves may not.
    return !(error instanceof AttestationError && ['evidence/no-quote', 'evidence/malformed'].includes(error.code))
  }
}

async function evidenceBeside(
  endpoint: Endpoint,
  key: Buffer,
  timeout: number,
): Promise<CertificateEvidence | undefined> {
  try {
    const answer = await exchange(endpoint, key, { method: 'GET', path: '/.well-known/mse/evidence' }, timeout)
    const evidence = answer.status === 200 ? decodeEvidence(answer.body) : undefined
    return evidence !== undefined && 'certificate' in evidence ? evidence : undefined
  } catch {
    return undefined // no enclave of mse
  }
}

function keyOf(certificate: Uint8Array): Buffer {
  // Of DER, Node would read the first PEM block that it finds anywhere: quotes carry the chain of their processor in PEM.
  return new X509Certificate(certificateToPem(certificate)).publicKey.export({ type: 'spki', format: 'der' })
}
