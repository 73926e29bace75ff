import { concat, isZero } from './bytes.ts'
import type { Collateral } from './collateral/collateral.ts'
import { needOf } from './collateral/need.ts'
import type { CollateralNeed } from './collateral/source.ts'
import { makeVerifiedEnclave } from './enclave.ts'
import type { CertificateEvidence, Evidence } from './evidence/evidence.ts'
import { examine, type Opened } from './examine.ts'
import { Ledger } from './ledger.ts'
import type { VerifierMemo } from './memo.ts'
import { claimedPlatform, platforms, type Roots } from './platform.ts'
import { requirePlatform } from './policy/judge.ts'
import { policyDigest } from './policy/format.ts'
import { readOnce } from './policy/parse.ts'
import type { Policy } from './policy/policy.ts'
import { decodeQuote } from './quote/decode.ts'
import { openQuote } from './quote/open.ts'
import { hasApplicationData } from './ra-tls/binding.ts'
import { openCertificate, type OpenedCertificate } from './ra-tls/open.ts'
import type { Certificate } from './x509/certificate.ts'
import { readChain } from './x509/chain.ts'
import type { Examination, QuoteVerdict, Verdict } from './verdict.ts'

const hour = 3_600_000

/** What a verification takes from its caller beside evidence and policy. */
export interface Given {
  /** When it is: the verifier reads no clock. */
  readonly now: Date
  /** What Intel says about the platform; if not given, what came with the evidence. All hardware needs it. */
  readonly collateral?: Collateral | undefined
  /** For those who verify many quotes of the same platforms. */
  readonly memo?: VerifierMemo | undefined
  /** Roots believed to be Intel's, in place of Intel's. For tests alone; the verdict says so. */
  readonly rootsForTesting?: readonly string[] | undefined
}

/**
 * Is it genuine? The facts of evidence, without asking whether they are what anybody wants.
 *
 * @param given.softwareRoots roots of software enclaves to believe, each the hex SHA-256 of a SubjectPublicKeyInfo
 * @throws AttestationError with a code of the table in spec/4-evidence.md
 */
export async function examineEvidence(
  evidence: Evidence,
  given: Given & { readonly softwareRoots: readonly string[] },
): Promise<Examination> {
  const ledger = new Ledger()
  const opened = open(ledger, evidence, { memo: given.memo, collateral: given.collateral ?? evidence.collateral })
  return (await examine(ledger, opened, copyGiven(given))).examination
}

/**
 * Is it genuine, and is it what the policy asks for? Only a certificate leads to a `VerifiedEnclave`.
 *
 * @throws AttestationError if it is not genuine, PolicyMismatch if it is not what was asked for or the policy is malformed
 */
export function verifyEvidence(evidence: CertificateEvidence, policy: Policy, given: Given): Promise<Verdict>
export function verifyEvidence(evidence: Evidence, policy: Policy, given: Given): Promise<Verdict | QuoteVerdict>
export async function verifyEvidence(
  evidence: Evidence,
  policy: Policy,
  given: Given,
): Promise<Verdict | QuoteVerdict> {
  const asked = readOnce(policy)
  const believed = copyGiven({ ...given, softwareRoots: asked.platform === 'software' ? asked.softwareRoots : [] })
  const ledger = new Ledger()

  const opened = open(ledger, evidence, { memo: given.memo, collateral: given.collateral ?? evidence.collateral })
  refuseOtherClaim(ledger, opened, asked)
  const digesting = policyDigest(asked)
  const { examination, facts, ends } = await examine(ledger, opened, believed, asked)
  const digest = await digesting

  const verdict = { policyDigest: digest, ...examination }
  const { certificate: shown, quote } = opened
  if (shown === undefined) return verdict
  const { certificate, raTls } = shown
  const { reportData } = quote.quote.body
  const rest = reportData.subarray(32)
  const enclave = makeVerifiedEnclave({
    facts,
    root: examination.root,
    rootForTesting: believed.rootsForTesting !== undefined,
    policy: asked,
    spki: certificate.spki,
    keyBits: certificate.key.bits,
    reportData,
    sealingKey: hasApplicationData(raTls) && !isZero(rest) ? rest : undefined,
    policyDigest: digest,
    validUntil: new Date(Math.min(ends.getTime(), believed.now.getTime() + hour)),
  })
  return { enclave, ...verdict }
}

/**
 * What has to be fetched before evidence can be verified, as its quote has it; undefined for a software enclave.
 *
 * @throws AttestationError if the evidence cannot be read
 */
export function collateralNeed(evidence: Evidence): CollateralNeed | undefined {
  const ledger = new Ledger()
  const { quote, ders } = decodeQuote(ledger, quoteIn(evidence, openIfCertificate(ledger, evidence)))
  const claimed = claimedPlatform(quote.header.vendorId, quote.body.tee)
  if (claimed !== undefined && !platforms[claimed].needsCollateral) return undefined
  const [leaf] = ledger.decode('chain/malformed', () => readChain(ders)) as readonly [Certificate]
  return needOf(ledger, quote, leaf)
}

/** Decodes everything, from copies that nobody else can change meanwhile. Signature checks have started when this returns. */
function open(ledger: Ledger, evidence: Evidence, given: Pick<Given, 'collateral' | 'memo'>): Opened {
  const certificate = openIfCertificate(ledger, evidence)
  const { memo, collateral } = given
  return { certificate, quote: openQuote(ledger, quoteIn(evidence, certificate), { collateral, memo }) }
}

function openIfCertificate(ledger: Ledger, evidence: Evidence): OpenedCertificate | undefined {
  return 'certificate' in evidence ? openCertificate(ledger, evidence.certificate) : undefined
}

function quoteIn(evidence: Evidence, certificate: OpenedCertificate | undefined): Uint8Array {
  return certificate?.raTls.quote ?? ('quote' in evidence ? concat(evidence.quote) : new Uint8Array(0))
}

/** What is believed, and when, as it is now: nobody else can change it while signatures are checked. */
function copyGiven({
  now,
  softwareRoots,
  rootsForTesting,
}: Roots & { readonly now: Date }): Roots & { readonly now: Date } {
  return {
    now: new Date(now),
    softwareRoots: [...softwareRoots],
    ...(rootsForTesting === undefined ? {} : { rootsForTesting: [...rootsForTesting] }),
  }
}

/** Evidence that does not even claim the platform asked for is refused for that, not for a root that nobody pinned. */
function refuseOtherClaim(ledger: Ledger, { certificate, quote }: Opened, asked: Policy): void {
  const claimed = claimedPlatform(quote.quote.header.vendorId, quote.quote.body.tee, certificate?.raTls.platforms)
  if (claimed !== undefined) requirePlatform(ledger, claimed, asked.platform)
}
