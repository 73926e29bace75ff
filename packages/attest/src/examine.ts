import { factsOfQuote, type Facts } from './facts.ts'
import type { Ledger } from './ledger.ts'
import { dwellingCaveats, platforms, type Roots } from './platform.ts'
import { judgePolicy } from './policy/judge.ts'
import type { Policy } from './policy/policy.ts'
import { judgeQuote } from './quote/judge.ts'
import type { OpenedQuote } from './quote/open.ts'
import { expectedOf, isAsExpected, ofBasis, proveQuote, type QuoteProofs } from './quote/prove.ts'
import { goodCertificate, judgeCertificate, proveCertificate, type CertificateProofs } from './ra-tls/judge.ts'
import type { OpenedCertificate } from './ra-tls/open.ts'
import type { Examination } from './verdict.ts'

/** Everything that evidence consists of, as typed values. */
export interface Opened {
  readonly certificate: OpenedCertificate | undefined
  readonly quote: OpenedQuote
}

/** What came of it, and when the first thing ends that it rests on. */
export interface Examined {
  readonly examination: Examination
  readonly facts: Facts
  readonly ends: Date
}

type Believed = Roots & { readonly now: Date }

/** What the arithmetic says of all of it. */
interface Proofs {
  readonly quote: QuoteProofs
  readonly certificate: CertificateProofs | undefined
}

/**
 * All signature checks at once; then judgement, in the order of the table in spec/4-evidence.md.
 *
 * On a known basis judgement does not wait: it is made on the proofs that genuine evidence has, while other threads do the
 * arithmetic, and made anew if that says anything else. It is a function of what it is given, so nothing else can tell.
 *
 * @param asked if given, whether it is what the policy asks for
 * @throws AttestationError if it is not genuine, PolicyMismatch if it is not what was asked for
 */
export async function examine(ledger: Ledger, opened: Opened, given: Believed, asked?: Policy): Promise<Examined> {
  const { certificate, quote } = opened
  const judgeOn = (proofs: Proofs): Examined => judge(ledger.aside(), opened, proofs, given, asked)
  const expected = expectedOf(quote)
  let ahead: (() => Examined) | undefined
  const [found, ofCertificate] = await Promise.all([
    proveQuote(quote, () => {
      if (expected === undefined) return
      ahead = settle(() => judgeOn({ quote: expected, certificate: certificate && goodCertificate }))
    }),
    certificate && proveCertificate(certificate.certificate, certificate.raTls, quote.quote.body.reportData),
  ])
  const isExpected = expected !== undefined && isAsExpected(found, expected)
  const isGood = ofCertificate === undefined || (ofCertificate.isSelfSigned && ofCertificate.keyIsBound)
  const proofs = { quote: found, certificate: ofCertificate }
  const examined = ahead !== undefined && isExpected && isGood ? ahead() : judgeOn(proofs)
  quote.keep(ofBasis(found))
  return examined
}

/** Runs it now, whatever comes of it; the result or the error is for whoever asks. */
function settle<T>(run: () => T): () => T {
  try {
    const value = run()
    return () => value
  } catch (error) {
    return () => {
      throw error
    }
  }
}

function judge(
  ledger: Ledger,
  { certificate, quote }: Opened,
  proofs: Proofs,
  given: Believed,
  asked?: Policy,
): Examined {
  const { body } = quote.quote
  const genuine = judgeQuote(ledger, quote, proofs.quote, given)
  if (certificate !== undefined && proofs.certificate !== undefined) {
    const { raTls } = certificate
    ledger.require('evidence/oid', raTls.platforms.includes(genuine.platform), { found: raTls.oid })
    const about = { reportData: body.reportData, now: given.now }
    judgeCertificate(ledger, certificate.certificate, raTls, proofs.certificate, about)
  }
  const facts = factsOfQuote(body, genuine)
  if (asked !== undefined) judgePolicy(ledger, facts, asked)

  const { title, caveats } = platforms[genuine.platform]
  const end = certificate?.certificate.notAfter ?? genuine.ends
  const examination = {
    platformName: title,
    root: proofs.quote.root,
    scheme: certificate?.raTls.scheme,
    names: certificate?.names ?? [],
    notAfter: end,
    checks: ledger.passed,
    caveats: [
      ...caveats,
      ...(facts.platform === 'software' ? dwellingCaveats(facts.isvProdId) : []),
      ...(body.debug ? [`a debug enclave: whoever runs it can read its memory`] : []),
      ...(genuine.platform !== 'software' && given.rootsForTesting !== undefined ? [testing] : []),
    ],
    // At the end: what follows a spread is added member by member, which takes twenty times as long.
    ...facts,
  }
  return { examination, facts, ends: new Date(Math.min(end.getTime(), genuine.ends.getTime())) }
}

const testing = "not Intel's root: the root was believed for testing, and proves nothing about hardware"
