import { equal } from '../bytes.ts'
import { readCertificate, type Certificate } from './certificate.ts'

/**
 * Certificates from a leaf up to a root. Others put them in other orders; what counts is who names whom.
 *
 * @param ders in any order
 * @param known a certificate that was read before, and is not read again
 * @throws FormatError
 */
export function readChain(ders: readonly Uint8Array[], known?: Certificate): readonly Certificate[] {
  return inOrder(ders.map((der) => (known !== undefined && equal(der, known.bytes) ? known : readCertificate(der))))
}

/** The root first, then each time one whose issuer is the last one found; reversed. What cannot be placed stays in front. */
export function inOrder(certificates: readonly Certificate[]): readonly Certificate[] {
  if (certificates.length > 0 && strayed(certificates) === undefined) return certificates
  const rest = [...certificates]
  const chain: Certificate[] = []
  for (
    let next = rest.findIndex(isOwnIssuer);
    next >= 0;
    next = rest.findIndex((one) => namesAsIssuer(one, chain[0]))
  ) {
    chain.unshift(...rest.splice(next, 1))
  }
  return [...rest, ...chain]
}

function isOwnIssuer(certificate: Certificate): boolean {
  return namesAsIssuer(certificate, certificate)
}

/** Byte for byte. */
export function namesAsIssuer({ issuer }: Pick<Certificate, 'issuer'>, above: Certificate | undefined): boolean {
  return above !== undefined && equal(issuer, above.subject)
}

/** The first whose issuer is not the next, the root's being itself. */
export function strayed(chain: readonly Certificate[]): Certificate | undefined {
  return chain.find((certificate, index) => !namesAsIssuer(certificate, chain[index + 1] ?? certificate))
}

/** The first issuer that is not marked as one, or the leaf if it is (RFC 5280, §6.1.4 k). */
export function withoutAuthority([leaf, ...issuers]: readonly Certificate[]): Certificate | undefined {
  if (leaf?.authority?.issues === true) return leaf
  return issuers.find(({ authority }) => authority?.issues !== true)
}

/** The first issuer with more issuers below it than it allows (RFC 5280, §6.1.4 m). */
export function overLength([, ...issuers]: readonly Certificate[]): Certificate | undefined {
  return issuers.find(({ authority }, below) => authority?.pathLength !== undefined && authority.pathLength < below)
}

/** The first issuer whose key is not for certificates and revocation lists, or the leaf if its key is not for signatures (§6.1.4 n). */
export function misused([leaf, ...issuers]: readonly Certificate[]): Certificate | undefined {
  if (leaf?.keyUsage?.digitalSignature !== true || leaf.keyUsage.certificateSign) return leaf
  return issuers.find(({ keyUsage }) => keyUsage?.certificateSign !== true || !keyUsage.crlSign)
}

/** The first that does not bear one of the common names of its place. */
export function misnamed(
  chain: readonly Certificate[],
  places: readonly (readonly string[])[],
): Certificate | undefined {
  return chain.find(({ commonName }, index) => !(places[index] ?? []).includes(commonName ?? ''))
}

/** What is valid from one moment to another, both included (RFC 5280, §4.1.2.5). */
export interface Period {
  readonly notBefore: Date
  readonly notAfter: Date
}

/** A date that is no date has not come. */
export function hasBegun({ notBefore }: Period, now: Date): boolean {
  return notBefore.getTime() <= now.getTime()
}

/** A date that is no date has passed. */
export function hasEnded({ notAfter }: Period, now: Date): boolean {
  return !(now.getTime() <= notAfter.getTime())
}

/** How to tell somebody that something is not valid at a time. */
export function period({ notBefore, notAfter }: Period, now: Date): { expected: string; found: string } {
  return { expected: `${formatDate(notBefore)} … ${formatDate(notAfter)}`, found: formatDate(now) }
}

/** ISO 8601 to the second. */
export function formatDate(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'no date' : date.toISOString().replace('.000Z', 'Z')
}
