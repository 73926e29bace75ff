import type { Attempt } from '../attempt.ts'
import type { BasisProofs } from '../basis.ts'
import { toHex } from '../bytes.ts'
import type { Comparison, Ledger } from '../ledger.ts'
import { platforms, type Tee } from '../platform.ts'
import { formatDate } from '../x509/chain.ts'
import type { SgxExtension } from '../x509/sgx-extension.ts'
import type { DecodedCollateral } from './decode.ts'
import type { EnclaveIdentity } from './enclave-identity.ts'
import type { SignedDocument } from './signed-document.ts'
import type { TcbInfo } from './tcb-info.ts'

/** What the documents have to be about. */
interface About {
  readonly tee: Tee
  readonly pck: SgxExtension
  readonly now: Date
}

/**
 * Judges TCB info: first who signed which bytes, then what they say.
 *
 * @throws AttestationError `tcb-info/…`
 */
export function judgeTcbInfo(
  ledger: Ledger,
  collateral: DecodedCollateral,
  { tcbInfoIsSigned }: BasisProofs,
  { tee, pck, now }: About,
): TcbInfo {
  judgeSignature(ledger, 'tcb-info', collateral.tcbInfoDocument, tcbInfoIsSigned)
  const info = ledger.decode('tcb-info/malformed', collateral.tcbInfo)
  ledger.passDecoded('tcb-info/malformed')
  ledger.require('tcb-info/kind', info.tee === tee, { expected: tee, found: info.tee })
  judgeDates(ledger, 'tcb-info', info, now)
  const fmspc = toHex(pck.fmspc)
  ledger.require('tcb-info/fmspc', info.fmspc === fmspc, { expected: fmspc, found: info.fmspc })
  const pceId = toHex(pck.pceId)
  ledger.require('tcb-info/pceid', info.pceId === pceId, { expected: pceId, found: info.pceId })
  return info
}

/**
 * Judges QE identity in the same way.
 *
 * @throws AttestationError `qe-identity/…`
 */
export function judgeQeIdentity(
  ledger: Ledger,
  collateral: DecodedCollateral,
  { qeIdentityIsSigned }: BasisProofs,
  { tee, now }: About,
): EnclaveIdentity {
  judgeSignature(ledger, 'qe-identity', collateral.qeIdentityDocument, qeIdentityIsSigned)
  const identity = ledger.decode('qe-identity/malformed', collateral.qeIdentity)
  ledger.passDecoded('qe-identity/malformed')
  const expected = platforms[tee].quotingEnclave
  ledger.require('qe-identity/kind', identity.id === expected, { expected, found: identity.id })
  judgeDates(ledger, 'qe-identity', identity, now)
  return identity
}

function judgeSignature(
  ledger: Ledger,
  family: 'tcb-info' | 'qe-identity',
  attempt: Attempt<SignedDocument>,
  isSigned: boolean,
): void {
  const document = ledger.decode(`${family}/envelope`, attempt)
  ledger.pass(`${family}/envelope`)
  ledger.require(`${family}/signature-form`, document.signature !== undefined)
  ledger.require(`${family}/signature`, isSigned)
  if (document.repeated !== undefined) throw ledger.refusal(`${family}/repeated`, { found: document.repeated })
}

function judgeDates(
  ledger: Ledger,
  family: 'tcb-info' | 'qe-identity',
  { issueDate, nextUpdate }: { readonly issueDate: Date; readonly nextUpdate: Date },
  now: Date,
): void {
  const period = (): Comparison => ({
    expected: `${formatDate(issueDate)} … ${formatDate(nextUpdate)}`,
    found: formatDate(now),
  })
  ledger.require(`${family}/not-yet-valid`, issueDate.getTime() <= now.getTime(), period)
  ledger.require(`${family}/expired`, now.getTime() <= nextUpdate.getTime(), period)
}
