import { equal } from '../bytes.ts'
import { FormatError } from '../error.ts'
import { readCertificate, type Certificate } from './certificate.ts'
import { readSgxExtension, type SgxExtension } from './sgx-extension.ts'

/** The chain of a quote: PCK certificate, its CA, the root. */
export interface Chain {
  readonly leaf: Certificate
  readonly ca: Certificate
  readonly root: Certificate
  /** Of the leaf. */
  readonly sgx: SgxExtension | undefined
}

/**
 * @param ders leaf, then CA and root; old quote providers put the root before the CA
 * @throws FormatError
 */
export function readChain(ders: readonly Uint8Array[]): Chain {
  const [leaf, second, third] = ders.map(readCertificate)
  if (leaf === undefined || second === undefined || third === undefined) throw new FormatError('not three certificates')
  const [ca, root] = isOwnIssuer(second) && !isOwnIssuer(third) ? [third, second] : [second, third]
  return { leaf, ca, root, sgx: readSgxExtension(leaf.extensions) }
}

function isOwnIssuer({ issuer, subject }: Certificate): boolean {
  return equal(issuer, subject)
}

/** Whether each certificate's issuer is, byte for byte, the subject of the next, and the root's its own. */
export function namesFollow({ leaf, ca, root }: Chain): boolean {
  return equal(leaf.issuer, ca.subject) && equal(ca.issuer, root.subject) && isOwnIssuer(root)
}

/** Inclusive at both ends (RFC 5280, §4.1.2.5). A date that is no date is never within. */
export function isValidAt({ notBefore, notAfter }: Pick<Certificate, 'notBefore' | 'notAfter'>, now: Date): boolean {
  return notBefore.getTime() <= now.getTime() && now.getTime() <= notAfter.getTime()
}

/** The earliest end of the three. */
export function endOf({ leaf, ca, root }: Chain): Date {
  return new Date(Math.min(leaf.notAfter.getTime(), ca.notAfter.getTime(), root.notAfter.getTime()))
}

/** Why a certificate may not play its part, or undefined if all three may (RFC 5280, §6.1.4 k–n). */
export function wrongRole({ leaf, ca, root, sgx }: Chain): string | undefined {
  if (!mayIssue(root, 1)) return 'the root may not issue the CA'
  if (!mayIssue(ca, 0)) return 'the CA may not issue the leaf'
  if (leaf.authority?.issues !== false) return 'the leaf is not marked CA:FALSE'
  if (leaf.keyUsage?.digitalSignature !== true || leaf.keyUsage.certificateSign)
    return 'the leaf is not a key for signing'
  if (sgx === undefined) return 'the leaf has no SGX extension'
  return undefined
}

/** @param below how many issuers stand between this one and the leaf */
function mayIssue({ authority, keyUsage }: Certificate, below: number): boolean {
  if (authority?.issues !== true || keyUsage?.certificateSign !== true) return false
  return authority.pathLength === undefined || authority.pathLength >= below
}
