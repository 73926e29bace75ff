import { equal, toHex } from '../bytes.ts'
import { earliest, judgeCollateral, type JudgedCollateral } from '../collateral/judge.ts'
import type { Ledger } from '../ledger.ts'
import { platformOfRoot, platforms, type Platform, type Roots } from '../platform.ts'
import { evaluateTcb } from '../tcb/evaluate.ts'
import type { PlatformFacts, TcbFacts } from '../tcb/facts.ts'
import { judgeChain } from '../x509/judge-chain.ts'
import type { SgxExtension } from '../x509/sgx-extension.ts'
import { judgeQeReport, judgeQuotingEnclave } from './judge-quoting-enclave.ts'
import type { OpenedQuote } from './open.ts'
import type { QuoteProofs } from './prove.ts'
import type { Quote } from './quote.ts'

/** What a genuine quote says of where it was made. */
export interface GenuineQuote {
  readonly platform: Platform
  readonly machine: PlatformFacts
  /** Undefined where nobody says anything of platforms: for software enclaves. */
  readonly tcb: TcbFacts | undefined
  /** When the first certificate or piece of collateral ends. */
  readonly ends: Date
}

/**
 * Judges a quote, from the root of its platform to the report of the enclave, in the order of the table of
 * spec/4-evidence.md. The first failure is the error.
 *
 * @throws AttestationError
 */
export function judgeQuote(
  ledger: Ledger,
  opened: OpenedQuote,
  proofs: QuoteProofs,
  given: Roots & { readonly now: Date },
): GenuineQuote {
  const { quote, leaf, basis } = opened
  const platform = judgeRoot(ledger, quote, proofs, given)
  const certificates = [leaf, basis.ca, basis.root]
  const isSigned = proofs.leafIsSigned && proofs.caIsSigned && proofs.rootIsSigned
  judgeChain(ledger, 'chain', { certificates, isSigned, names: platforms[platform].names, now: given.now })
  const pck = judgePck(ledger, opened)
  judgeVendor(ledger, quote, platform)

  const { tee } = quote.body
  const about = { leaf, pck, tee, now: given.now }
  const collateral = platforms[platform].needsCollateral ? judgeCollateral(ledger, basis, proofs, about) : undefined
  judgeQuotingEnclave(ledger, quote, proofs)
  if (collateral !== undefined) judgeQeReport(ledger, quote, collateral.identity)
  ledger.require('quote/signature', proofs.quoteIsSigned)
  const tcb = collateral && judgeTcb(ledger, quote, pck, collateral)

  const collateralEnds = collateral === undefined ? [] : [collateral.nextUpdate, collateral.signersEnd]
  return {
    platform,
    machine: machineOf(pck),
    tcb,
    ends: earliest([...certificates.map(({ notAfter }) => notAfter), ...collateralEnds]),
  }
}

function judgeRoot(ledger: Ledger, quote: Quote, { root }: QuoteProofs, roots: Roots): Platform {
  const platform = platformOfRoot(root, quote.body.tee, roots)
  if (platform === undefined) throw ledger.refusal('chain/root', { found: root })
  const forTesting = platform !== 'software' && roots.rootsForTesting !== undefined ? ', believed for testing' : ''
  ledger.pass('chain/root', `${platforms[platform].title} root ${root}${forTesting}`)
  return platform
}

function judgePck(ledger: Ledger, opened: OpenedQuote): SgxExtension {
  const pck = ledger.decode('pck/extension', opened.pck)
  ledger.passDecoded('pck/extension')
  ledger.require('pck/cpusvn', equal(pck.cpuSvn, Uint8Array.from(pck.components)), () => ({
    expected: pck.components.join(' '),
    found: pck.cpuSvn.join(' '),
  }))
  return pck
}

function judgeVendor(ledger: Ledger, quote: Quote, platform: Platform): void {
  const expected = platforms[platform].vendorId
  ledger.require('quote/vendor', quote.header.vendorId === expected, { expected, found: quote.header.vendorId })
}

function judgeTcb(
  ledger: Ledger,
  { body, qeReport }: Quote,
  pck: SgxExtension,
  { info, identity, nextUpdate }: JudgedCollateral,
): TcbFacts {
  return evaluateTcb(ledger, { pck, body, qeIsvSvn: qeReport.isvSvn, info, identity, nextUpdate })
}

/** Frozen: a verdict shows it, and fresh quotes are compared with it later. */
function machineOf({ fmspc, ppid, pceId, platformInstance }: SgxExtension): PlatformFacts {
  return Object.freeze({
    fmspc: toHex(fmspc),
    ppid: toHex(ppid),
    pceId: toHex(pceId),
    platformInstance: platformInstance && toHex(platformInstance),
  })
}
