import { concat, equal, toHex } from '../bytes.ts'
import { isSignedBy, sha256 } from '../crypto.ts'
import type { Certificate } from '../x509/certificate.ts'
import type { Chain } from '../x509/chain.ts'
import type { Quote } from './quote.ts'

/** What the arithmetic says, before anything is made of it. */
export interface QuoteProofs {
  /** Hex SHA-256 of the SubjectPublicKeyInfo of the chain's root. */
  readonly root: string
  readonly chainIsSigned: boolean
  readonly qeReportIsSigned: boolean
  readonly qeReportBindsKey: boolean
  readonly quoteIsSigned: boolean
}

/** Starts every signature check and hash of a quote at once. */
export async function proveQuote(quote: Quote, { leaf, ca, root }: Chain): Promise<QuoteProofs> {
  const [rootHash, links, qeReportIsSigned, qeReportBindsKey, quoteIsSigned] = await Promise.all([
    sha256(root.spki),
    Promise.all([isIssuedBy(leaf, ca), isIssuedBy(ca, root), isIssuedBy(root, root)]),
    isSignedBy(leaf.point, quote.qeSigned, quote.qeSignature),
    bindsKey(quote),
    isSignedBy(quote.attestationKey, quote.signed, quote.signature),
  ])
  return {
    root: toHex(rootHash),
    chainIsSigned: links.every(Boolean),
    qeReportIsSigned,
    qeReportBindsKey,
    quoteIsSigned,
  }
}

async function isIssuedBy(certificate: Certificate, issuer: Certificate): Promise<boolean> {
  return isSignedBy(issuer.point, certificate.signed, certificate.signature)
}

/** The attestation key enters without its 0x04 (Intel SGX ECDSA QuoteGenReference, appendix A.4, table 4). */
async function bindsKey({ attestationKey, qeAuthentication, qeReport }: Quote): Promise<boolean> {
  const hash = await sha256(attestationKey.subarray(1), qeAuthentication)
  return equal(qeReport.reportData, concat(hash, new Uint8Array(32)))
}
