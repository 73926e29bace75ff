import { concat, toHex } from './bytes.ts'
import { factsOf, VerifiedEnclave } from './enclave.ts'
import { AttestationError } from './error.ts'
import { Ledger } from './ledger.ts'
import { decodeQuote } from './quote/decode.ts'
import { judgeChain, judgeQuote, judgeVendor } from './quote/judge.ts'
import { proveQuote } from './quote/prove.ts'
import { freshReportData } from './report-data.ts'

/**
 * Whether `quote` answers `nonce` from the enclave that was verified: judged like the quote of evidence, to the very
 * root that was reached, then compared with the certificate's own quote.
 *
 * @param nonce 16 to 64 bytes that nobody could foresee
 * @throws AttestationError `quote/…` or `chain/…`; `fresh/mismatch` if it is another enclave's, or not for this nonce;
 *   `fresh/lapsed` if the verdict is no longer valid
 * @throws RangeError if the nonce is of another size, TypeError if `enclave` is not a verified enclave
 */
export async function verifyFreshness(
  quote: Uint8Array,
  nonce: Uint8Array,
  enclave: VerifiedEnclave,
  given: { readonly now: Date },
): Promise<void> {
  if (!VerifiedEnclave.isVerified(enclave)) throw new TypeError('not a verified enclave')
  if (nonce.length < 16 || nonce.length > 64) throw new RangeError('a nonce has 16 to 64 bytes')
  const facts = factsOf(enclave)
  if (!(given.now.getTime() <= facts.validUntil.getTime())) {
    throw new AttestationError('fresh/lapsed', 'the verdict is no longer valid: verify the evidence again')
  }

  const ledger = new Ledger()
  const decoded = decodeQuote(ledger, concat(quote))
  const proofs = await proveQuote(decoded.quote, decoded.chain)
  const platform = judgeChain(ledger, decoded.chain, proofs, { now: given.now, softwareRoots: [facts.root] })
  judgeVendor(ledger, decoded.quote, platform)
  judgeQuote(ledger, decoded.quote, proofs)

  const { report } = decoded.quote
  demand('reportData', toHex(await freshReportData(nonce, facts.keyBits)), toHex(report.reportData))
  demand('measurement', facts.measurement, toHex(report.measurement))
  demand('signer', facts.signer, toHex(report.signer))
  // The measurement does not cover the debug flag: the same code run for debugging would say whatever it is told to.
  demand('debug', facts.debug, report.debug)
  demand('isvProdId', facts.isvProdId, report.isvProdId)
  demand('isvSvn', facts.isvSvn, report.isvSvn)
}

function demand(what: string, expected: string | number | boolean, found: string | number | boolean): void {
  if (found === expected) return
  throw new AttestationError('fresh/mismatch', `the fresh quote has another ${what} than it should`, {
    expected: String(expected),
    found: String(found),
  })
}
