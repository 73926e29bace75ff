import { certificateToPem } from '@mse/attest'
import { createHash, X509Certificate } from 'node:crypto'

/**
 * What `curl --pinnedpubkey` takes: SHA-256 of the key of a certificate, as RFC 7469 has it.
 *
 * @param certificate DER
 */
export function curlPin(certificate: Uint8Array): string {
  // Of DER, Node would read the first PEM block that it finds anywhere: quotes carry the chain of their processor in PEM.
  const key = new X509Certificate(certificateToPem(certificate)).publicKey.export({ type: 'spki', format: 'der' })
  return `sha256//${createHash('sha256').update(key).digest('base64')}`
}
