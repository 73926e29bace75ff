import type { CertificateEvidence, Evidence } from '@mse/attest'
import { MseError } from '../error.ts'

/**
 * Evidence that proves a channel. A quote alone may be genuine and be shown by anybody.
 *
 * @throws MseError `evidence/bare-quote`
 */
export function demandCertificate(evidence: Evidence): CertificateEvidence {
  if ('certificate' in evidence) return evidence
  throw new MseError('evidence/bare-quote', 'a quote without a certificate proves no channel to the enclave', {
    next: 'mse evidence URL, which takes the certificate with the quote in it',
  })
}
