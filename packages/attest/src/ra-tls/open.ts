import { concat } from '../bytes.ts'
import { FormatError } from '../error.ts'
import { largestEvidence } from '../evidence/evidence.ts'
import type { Ledger } from '../ledger.ts'
import { readSubjectNames } from '../x509/subject-names.ts'
import { readRaTlsCertificate, type RaTlsCertificate } from './certificate.ts'
import { readRaTls, type RaTls } from './read.ts'

/** A certificate that carries a quote, decoded. */
export interface OpenedCertificate {
  readonly certificate: RaTlsCertificate
  /** DNS names and addresses that it is for. */
  readonly names: readonly string[]
  readonly raTls: RaTls
}

/**
 * Decodes a certificate of evidence, from a copy that nobody else can change meanwhile.
 *
 * @throws AttestationError `evidence/…`
 */
export function openCertificate(ledger: Ledger, bytes: Uint8Array): OpenedCertificate {
  const { certificate, names } = ledger.decode('evidence/malformed', () => {
    if (bytes.length > largestEvidence) throw new FormatError('more than 256 KiB')
    const certificate = readRaTlsCertificate(concat(bytes))
    return { certificate, names: readSubjectNames(certificate.extensions) }
  })
  ledger.pass('evidence/malformed')
  return { certificate, names, raTls: readRaTls(ledger, certificate) }
}
