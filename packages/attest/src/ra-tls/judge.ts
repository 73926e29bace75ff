import { allOf } from '../all-of.ts'
import type { Ledger } from '../ledger.ts'
import { hasBegun, hasEnded, period } from '../x509/chain.ts'
import { isRestDefined, proveBinding } from './binding.ts'
import type { RaTlsCertificate } from './certificate.ts'
import type { RaTls } from './read.ts'
import { isSelfSigned, isStrongEnough } from './self-signature.ts'

/** What the arithmetic says of a certificate, before anything is made of it. */
export interface CertificateProofs {
  readonly isSelfSigned: boolean
  readonly keyIsBound: boolean
}

/** What it says of a certificate that is as it should be. */
export const goodCertificate: CertificateProofs = { isSelfSigned: true, keyIsBound: true }

/** Starts every signature check and hash of a certificate at once. @param reportData of its quote, 64 bytes */
export async function proveCertificate(
  certificate: RaTlsCertificate,
  raTls: RaTls,
  reportData: Uint8Array,
): Promise<CertificateProofs> {
  return allOf({
    isSelfSigned: isSelfSigned(certificate),
    keyIsBound: proveBinding(raTls, certificate, reportData),
  })
}

/**
 * Judges whether whoever holds the certificate's key is the enclave of the quote.
 *
 * @throws AttestationError `certificate/…`
 */
export function judgeCertificate(
  ledger: Ledger,
  certificate: RaTlsCertificate,
  raTls: RaTls,
  proofs: CertificateProofs,
  given: { readonly reportData: Uint8Array; readonly now: Date },
): void {
  const { kind, size } = certificate.key
  ledger.require('certificate/signature', proofs.isSelfSigned)
  const isValid = hasBegun(certificate, given.now) && !hasEnded(certificate, given.now)
  ledger.require('certificate/validity', isValid, () => period(certificate, given.now))
  ledger.require('certificate/key-strength', isStrongEnough(certificate), { found: `${kind} of ${size} bits` })
  ledger.require('certificate/key-binding', proofs.keyIsBound, { detail: `by the rule of ${raTls.scheme}` })
  ledger.require('certificate/report-data', isRestDefined(raTls, given.reportData))
}
