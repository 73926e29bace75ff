import type { Basis, BasisProofs } from '../basis.ts'
import type { Ledger } from '../ledger.ts'
import type { Tee } from '../platform.ts'
import type { Certificate } from '../x509/certificate.ts'
import type { SgxExtension } from '../x509/sgx-extension.ts'
import type { EnclaveIdentity } from './enclave-identity.ts'
import { judgeCrls, judgeRevocation } from './judge-crls.ts'
import { judgeQeIdentity, judgeTcbInfo } from './judge-documents.ts'
import { judgeSigners } from './judge-signers.ts'
import type { TcbInfo } from './tcb-info.ts'

/** What Intel says, believed. */
export interface JudgedCollateral {
  readonly info: TcbInfo
  readonly identity: EnclaveIdentity
  /** When the first piece has to be fetched again. */
  readonly nextUpdate: Date
  /** When the first certificate of a signer ends. */
  readonly signersEnd: Date
}

/**
 * Judges collateral for one PCK certificate.
 *
 * @throws AttestationError `collateral/…`, `signer/…`, `crl/…`, `tcb-info/…`, `qe-identity/…`
 */
export function judgeCollateral(
  ledger: Ledger,
  basis: Basis,
  proofs: BasisProofs,
  about: { readonly leaf: Certificate; readonly pck: SgxExtension; readonly tee: Tee; readonly now: Date },
): JudgedCollateral {
  const { collateral } = proofs
  if (collateral === undefined) throw ledger.refusal('collateral/missing')
  ledger.pass('collateral/missing')
  const signers = judgeSigners(ledger, basis, collateral, proofs, about.now)
  const lists = judgeCrls(ledger, basis, collateral, proofs, about.now)
  judgeRevocation(ledger, lists, { leaf: about.leaf, ca: basis.ca, root: basis.root, signers })
  const info = judgeTcbInfo(ledger, collateral, proofs, about)
  const identity = judgeQeIdentity(ledger, collateral, proofs, about)
  const { rootCrl, pckCrl } = lists
  return {
    info,
    identity,
    nextUpdate: earliest([rootCrl, pckCrl, info, identity].map(({ nextUpdate }) => nextUpdate)),
    signersEnd: earliest(signers.map(({ notAfter }) => notAfter)),
  }
}

export function earliest(dates: readonly Date[]): Date {
  return new Date(Math.min(...dates.map((date) => date.getTime())))
}
