import type { Basis, BasisProofs } from '../basis.ts'
import { equal } from '../bytes.ts'
import type { Ledger } from '../ledger.ts'
import { platforms, tcbSignerName } from '../platform.ts'
import type { Certificate } from '../x509/certificate.ts'
import { judgeChain } from '../x509/judge-chain.ts'
import type { DecodedCollateral, SignerChain } from './decode.ts'

/**
 * Judges who signed TCB info and QE identity: the TCB signing certificate, directly under the root that the quote reached.
 * Any other certificate under it, that of a platform foremost, is not it.
 *
 * @returns the signers, one or two
 * @throws AttestationError `signer/…`
 */
export function judgeSigners(
  ledger: Ledger,
  { root }: Basis,
  collateral: DecodedCollateral,
  proofs: BasisProofs,
  now: Date,
): readonly Certificate[] {
  const [tcb, qe] = ledger.decode('signer/malformed', () => [collateral.tcbSigner(), collateral.qeSigner()] as const)
  const chains = tcb === qe ? [tcb] : [tcb, qe]
  ledger.passDecoded('signer/malformed')
  ledger.require(
    'signer/root',
    chains.every((chain) => isSameRoot(chain.root, root)),
  )
  judgeOne(ledger, tcb, proofs.tcbSignerIsSigned, now)
  if (qe !== tcb) judgeOne(ledger.aside(), qe, proofs.qeSignerIsSigned, now)
  return chains.map(({ signer }) => signer)
}

function judgeOne(ledger: Ledger, { signer, root }: SignerChain, isSigned: boolean, now: Date): void {
  const names = [[tcbSignerName], platforms.sgx.names[2]]
  judgeChain(ledger, 'signer', { certificates: [signer, root], isSigned, names, now })
}

/** Intel's root has two certificates with one name and one key; either will do. */
function isSameRoot(found: Certificate, root: Certificate): boolean {
  return equal(found.spki, root.spki) && equal(found.subject, root.subject)
}
