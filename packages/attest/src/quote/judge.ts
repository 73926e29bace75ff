import type { Ledger } from '../ledger.ts'
import { platformOfRoot, platforms, type Platform } from '../platform.ts'
import { isValidAt, namesFollow, wrongRole, type Chain } from '../x509/chain.ts'
import type { QuoteProofs } from './prove.ts'
import type { Quote } from './quote.ts'

/**
 * Judges the chain of a quote, root first.
 *
 * @returns the platform that its root is pinned for
 * @throws AttestationError `chain/…`
 */
export function judgeChain(
  ledger: Ledger,
  chain: Chain,
  proofs: QuoteProofs,
  given: { readonly now: Date; readonly softwareRoots: readonly string[] },
): Platform {
  const platform = platformOfRoot(proofs.root, given.softwareRoots)
  if (platform === undefined) throw ledger.refusal('chain/root', { found: proofs.root })
  ledger.pass('chain/root', `${platforms[platform].title} root ${proofs.root}`)
  ledger.require('chain/issuer', namesFollow(chain))
  ledger.require('chain/signature', proofs.chainIsSigned)
  const lapsed = [chain.leaf, chain.ca, chain.root].find((certificate) => !isValidAt(certificate, given.now))
  ledger.require('chain/validity', lapsed === undefined, lapsed === undefined ? {} : period(lapsed, given.now))
  const wrong = wrongRole(chain)
  ledger.require('chain/role', wrong === undefined, wrong === undefined ? {} : { detail: wrong })
  return platform
}

/** @throws AttestationError `quote/vendor` */
export function judgeVendor(ledger: Ledger, quote: Quote, platform: Platform): void {
  const expected = platforms[platform].vendorId
  ledger.require('quote/vendor', quote.header.vendorId === expected, { expected, found: quote.header.vendorId })
}

/**
 * Judges how the platform key reaches the enclave's report.
 *
 * @throws AttestationError `quote/qe-…`, `quote/signature`
 */
export function judgeQuote(ledger: Ledger, quote: Quote, proofs: QuoteProofs): void {
  ledger.require('quote/qe-signature', proofs.qeReportIsSigned)
  ledger.require('quote/qe-binding', proofs.qeReportBindsKey)
  ledger.require('quote/qe-debug', !quote.qeReport.debug)
  ledger.require('quote/signature', proofs.quoteIsSigned)
}

/** How to tell somebody that a certificate is not valid at a time. */
export function period(
  { notBefore, notAfter }: { readonly notBefore: Date; readonly notAfter: Date },
  now: Date,
): { expected: string; found: string } {
  return { expected: `${format(notBefore)} … ${format(notAfter)}`, found: format(now) }
}

function format(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'no date' : date.toISOString().replace('.000Z', 'Z')
}
