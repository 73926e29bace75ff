import { concat, toHex } from './bytes.ts'
import { factsOf, VerifiedEnclave } from './enclave.ts'
import { AttestationError } from './error.ts'
import { factsOfQuote, type Facts } from './facts.ts'
import { Ledger } from './ledger.ts'
import { judgePolicy } from './policy/judge.ts'
import { judgeQuote } from './quote/judge.ts'
import { openQuote } from './quote/open.ts'
import { ofBasis, proveQuote } from './quote/prove.ts'
import { freshReportData } from './report-data.ts'
import type { Given } from './verify.ts'

/**
 * Whether `quote` answers `nonce` from the enclave that was verified: judged like the quote of evidence, to the very
 * root that was reached and under the same policy, then compared with the certificate's own quote.
 *
 * @param nonce 16 to 64 bytes that nobody could foresee
 * @throws AttestationError `quote/…`, `chain/…` and its like; `fresh/mismatch` if it is another enclave's, or not for this
 *   nonce; `fresh/lapsed` if the verdict is no longer valid; PolicyMismatch
 * @throws RangeError if the nonce is of another size, TypeError if `enclave` is not a verified enclave
 */
export async function verifyFreshness(
  quote: Uint8Array,
  nonce: Uint8Array,
  enclave: VerifiedEnclave,
  given: Pick<Given, 'now' | 'collateral' | 'memo'>,
): Promise<void> {
  if (!VerifiedEnclave.isVerified(enclave)) throw new TypeError('not a verified enclave')
  if (nonce.length < 16 || nonce.length > 64) throw new RangeError('a nonce has 16 to 64 bytes')
  const { facts, root, rootForTesting, policy, keyBits, validUntil } = factsOf(enclave)
  // Copies: whoever asks may write the next nonce into the same bytes while this one is judged.
  const [asked, now] = [concat(nonce), new Date(given.now)]
  if (!(now.getTime() <= validUntil.getTime())) {
    throw new AttestationError('fresh/lapsed', 'the verdict is no longer valid: verify the evidence again')
  }

  const ledger = new Ledger()
  const opened = openQuote(ledger, concat(quote), given)
  const proofs = await proveQuote(opened)
  const isSoftware = facts.platform === 'software'
  const genuine = judgeQuote(ledger, opened, proofs, {
    now,
    softwareRoots: isSoftware ? [root] : [],
    ...(rootForTesting && !isSoftware ? { rootsForTesting: [root] } : {}),
  })
  const fresh = factsOfQuote(opened.quote.body, genuine)

  demand('reportData', toHex(await freshReportData(asked, keyBits)), fresh.reportData)
  // The measurement does not cover the debug flag: the same code run for debugging would say whatever it is told to.
  for (const [name, value] of Object.entries(identityOf(facts))) demand(name, value, identityOf(fresh)[name])
  judgePolicy(ledger, fresh, policy)
  opened.keep(ofBasis(proofs))
}

/** What one enclave says in each of its quotes: all that is reported but the data that it chose. */
function identityOf(facts: Facts): Readonly<Record<string, unknown>> {
  const { tcb: _, machine, reportData: __, ...identity } = facts
  return { ...identity, ...machine }
}

function demand(what: string, expected: unknown, found: unknown): void {
  if (found === expected) return
  throw new AttestationError('fresh/mismatch', `the fresh quote has another ${what} than it should`, {
    expected: String(expected),
    found: String(found),
  })
}
