import { equal, isZero, toHex } from '../bytes.ts'
import type { EnclaveIdentity } from '../collateral/enclave-identity.ts'
import type { Ledger } from '../ledger.ts'
import { masked } from '../tcb/masked.ts'
import type { QuoteProofs } from './prove.ts'
import type { Quote } from './quote.ts'

/**
 * Judges how the platform key reaches the attestation key: through a report of the quoting enclave.
 *
 * @throws AttestationError `quote/qe-…`
 */
export function judgeQuotingEnclave(ledger: Ledger, { qeReport }: Quote, proofs: QuoteProofs): void {
  ledger.require('quote/qe-signature', proofs.qeReportIsSigned)
  ledger.require('quote/qe-binding', equal(qeReport.reportData.subarray(0, 32), proofs.attestationKeyHash))
  ledger.require('quote/qe-binding-rest', isZero(qeReport.reportData.subarray(32)))
  ledger.require('quote/qe-debug', !qeReport.debug)
}

/**
 * Judges whether it is the quoting enclave that Intel describes.
 *
 * @throws AttestationError `quote/qe-…`
 */
export function judgeQeReport(ledger: Ledger, { qeReport }: Quote, identity: EnclaveIdentity): void {
  const signer = toHex(qeReport.signer)
  ledger.require('quote/qe-signer', signer === identity.mrsigner, { expected: identity.mrsigner, found: signer })
  const { isvProdId } = qeReport
  ledger.require('quote/qe-product', isvProdId === identity.isvProdId, {
    expected: String(identity.isvProdId),
    found: String(isvProdId),
  })
  const miscSelect = toHex(qeReport.miscSelect)
  ledger.require('quote/qe-miscselect', alike(miscSelect, identity.miscSelect, identity.miscSelectMask), {
    expected: identity.miscSelect,
    found: miscSelect,
  })
  const attributes = toHex(qeReport.attributes)
  ledger.require('quote/qe-attributes', alike(attributes, identity.attributes, identity.attributesMask), {
    expected: identity.attributes,
    found: attributes,
  })
}

/** What is expected beyond the mask is never found: such an identity contradicts itself, and fits nothing. */
function alike(found: string, expected: string, mask: string): boolean {
  return masked(found, mask) === BigInt(`0x${expected}`)
}
