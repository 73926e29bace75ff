import { concat, isZero, toHex } from './bytes.ts'
import { makeVerifiedEnclave } from './enclave.ts'
import { AttestationError, FormatError } from './error.ts'
import { largestEvidence, type Evidence } from './evidence/evidence.ts'
import { Ledger } from './ledger.ts'
import { claimedPlatform, platforms, type Platform } from './platform.ts'
import { judgePolicy, requirePlatform } from './policy/judge.ts'
import { parsePolicy } from './policy/parse.ts'
import { formatPolicy, policyDigest, type Policy } from './policy/policy.ts'
import { decodeQuote } from './quote/decode.ts'
import { judgeChain, judgeQuote, judgeVendor } from './quote/judge.ts'
import { proveQuote, type QuoteProofs } from './quote/prove.ts'
import type { Quote } from './quote/quote.ts'
import { hasApplicationData } from './ra-tls/binding.ts'
import { readRaTlsCertificate, type RaTlsCertificate } from './ra-tls/certificate.ts'
import { judgeCertificate, proveCertificate, type CertificateProofs } from './ra-tls/judge.ts'
import { readRaTls, type RaTls } from './ra-tls/read.ts'
import type { Examination, Verdict } from './verdict.ts'
import { endOf, type Chain } from './x509/chain.ts'
import { readSubjectNames } from './x509/subject-names.ts'

const hour = 3_600_000

/**
 * Is it genuine? The facts of evidence, without asking whether they are what anybody wants.
 *
 * @param given.softwareRoots roots of software enclaves to believe, each the hex SHA-256 of a SubjectPublicKeyInfo
 * @throws AttestationError with a code of the table in spec/4-evidence.md
 */
export async function examineEvidence(
  evidence: Evidence,
  given: { readonly now: Date; readonly softwareRoots: readonly string[] },
): Promise<Examination> {
  const ledger = new Ledger()
  const decoded = decode(ledger, evidence)
  return judge(ledger, decoded, await prove(decoded), given)
}

/**
 * Is it genuine, and is it what the policy asks for?
 *
 * @throws AttestationError if it is not genuine, PolicyMismatch if it is not what was asked for or the policy is malformed
 */
export async function verifyEvidence(
  evidence: Evidence,
  policy: Policy,
  given: { readonly now: Date },
): Promise<Verdict> {
  const asked = parsePolicy(formatPolicy(policy)) // A member that is missing must not mean "any", whoever made the object.
  const now = new Date(given.now)
  const ledger = new Ledger()

  const decoded = decode(ledger, evidence)
  const [proofs, digest] = await Promise.all([prove(decoded), policyDigest(asked)])
  refuseOtherClaim(ledger, decoded, asked.platform)
  const examination = judge(ledger, decoded, proofs, { now, softwareRoots: asked.softwareRoots })
  judgePolicy(ledger, examination, asked)

  const { certificate, chain, quote, raTls } = decoded
  const rest = quote.report.reportData.subarray(32)
  const ends = [certificate.notAfter.getTime(), endOf(chain).getTime(), now.getTime() + hour]
  const enclave = makeVerifiedEnclave({
    ...examination,
    spki: certificate.spki,
    keyBits: certificate.key.bits,
    reportData: quote.report.reportData,
    sealingKey: hasApplicationData(raTls) && !isZero(rest) ? rest : undefined,
    policyDigest: digest,
    validUntil: new Date(Math.min(...ends)),
  })
  return { ...examination, checks: ledger.passed, policyDigest: digest, enclave }
}

interface Decoded {
  readonly certificate: RaTlsCertificate
  readonly names: readonly string[]
  readonly raTls: RaTls
  readonly quote: Quote
  readonly chain: Chain
}

interface Proofs extends QuoteProofs {
  readonly certificate: CertificateProofs
}

/** Everything becomes typed values here, from a copy that nobody else can change meanwhile. */
function decode(ledger: Ledger, evidence: Evidence): Decoded {
  if (!('certificate' in evidence))
    throw new AttestationError('evidence/bare-quote', 'a quote without a certificate proves no channel')
  const { certificate, names } = ledger.decode('evidence/malformed', () => {
    if (evidence.certificate.length > largestEvidence) throw new FormatError('more than 256 KiB')
    const certificate = readRaTlsCertificate(concat(evidence.certificate))
    return { certificate, names: readSubjectNames(certificate.extensions) }
  })
  ledger.pass('evidence/malformed')
  const raTls = readRaTls(ledger, certificate)
  return { certificate, names, raTls, ...decodeQuote(ledger, raTls.quote) }
}

/** All signature checks at once. */
async function prove({ certificate, raTls, quote, chain }: Decoded): Promise<Proofs> {
  const [proofs, certificateProofs] = await Promise.all([
    proveQuote(quote, chain),
    proveCertificate(certificate, raTls, quote.report.reportData),
  ])
  return { ...proofs, certificate: certificateProofs }
}

/** Evidence that does not even claim the platform asked for is refused for that, not for a root that nobody pinned. */
function refuseOtherClaim(ledger: Ledger, { raTls, quote }: Decoded, asked: Platform): void {
  const claimed = claimedPlatform(raTls.platforms, quote.header.vendorId)
  if (claimed !== undefined) requirePlatform(ledger, claimed, asked)
}

/** The order is that of the table in spec/4-evidence.md; the first failure is the error. */
function judge(
  ledger: Ledger,
  { certificate, names, raTls, quote, chain }: Decoded,
  proofs: Proofs,
  given: { readonly now: Date; readonly softwareRoots: readonly string[] },
): Examination {
  const platform = judgeChain(ledger, chain, proofs, given)
  judgeVendor(ledger, quote, platform)
  ledger.require('evidence/oid', raTls.platforms.includes(platform), { found: raTls.oid })
  judgeQuote(ledger, quote, proofs)
  const { measurement, signer, isvProdId, isvSvn, debug, reportData } = quote.report
  judgeCertificate(ledger, certificate, raTls, proofs.certificate, { reportData, now: given.now })

  const { title, caveats } = platforms[platform]
  return {
    platform,
    platformName: title,
    root: proofs.root,
    measurement: toHex(measurement),
    signer: toHex(signer),
    isvProdId,
    isvSvn,
    debug,
    reportData: toHex(reportData),
    scheme: raTls.scheme,
    names,
    notAfter: certificate.notAfter,
    checks: ledger.passed,
    caveats: debug ? [...caveats, 'a debug enclave: whoever runs it can read its memory'] : caveats,
  }
}
