import { allOf } from './all-of.ts'
import { resultOf } from './attempt.ts'
import { equal, toHex } from './bytes.ts'
import type { Collateral } from './collateral/collateral.ts'
import { decodeCollateral, type DecodedCollateral, type SignerChain } from './collateral/decode.ts'
import type { SignedDocument } from './collateral/signed-document.ts'
import { importPoint, isSignedWith, sha256, type PointKey } from './crypto.ts'
import type { Certificate } from './x509/certificate.ts'

/** What a quote rests on beside its own PCK certificate: the same for all quotes of one kind of platform. */
export interface Basis {
  readonly ca: Certificate
  readonly root: Certificate
  readonly caKey: PointKey
  readonly proofs: Promise<BasisProofs>
}

/** What the arithmetic says, before anything is made of it. Where something could not be decoded: false. */
export interface BasisProofs {
  /** What the other proofs are about. */
  readonly collateral: DecodedCollateral | undefined
  /** Hex SHA-256 of the root's SubjectPublicKeyInfo. */
  readonly root: string
  readonly rootIsSigned: boolean
  readonly caIsSigned: boolean
  readonly tcbSignerIsSigned: boolean
  readonly qeSignerIsSigned: boolean
  readonly rootCrlIsSigned: boolean
  readonly pckCrlIsSigned: boolean
  readonly tcbInfoIsSigned: boolean
  readonly qeIdentityIsSigned: boolean
}

/** Starts every signature check as soon as its inputs are decoded; each key is imported once. @param given that nobody can change */
export function startBasis(ca: Certificate, root: Certificate, given: Collateral | undefined): Basis {
  const [rootKey, caKey] = [importPoint(root.point), importPoint(ca.point)]
  return { ca, root, caKey, proofs: prove(ca, root, given, { rootKey, caKey }) }
}

interface Keys {
  readonly rootKey: PointKey
  readonly caKey: PointKey
}

async function prove(
  ca: Certificate,
  root: Certificate,
  given: Collateral | undefined,
  { rootKey, caKey }: Keys,
): Promise<BasisProofs> {
  const chain = {
    root: sha256(root.spki).then(toHex),
    rootIsSigned: isSigned(root, rootKey),
    caIsSigned: isSigned(ca, rootKey),
  }
  // With the keys there, signatures of the quote and its chain are being checked by other threads while this one decodes.
  await Promise.all([rootKey, caKey])
  const collateral = given && decodeCollateral(given)
  const tcbSigner = resultOf(collateral?.tcbSigner)
  const qeSigner = resultOf(collateral?.qeSigner)
  const tcbKey = tcbSigner && importPoint(tcbSigner.signer.point)
  const qeKey = qeSigner === tcbSigner ? tcbKey : qeSigner && importPoint(qeSigner.signer.point)
  const tcbSignerIsSigned = provesSigner(tcbSigner, root, rootKey)
  const proving = allOf({
    ...chain,
    tcbSignerIsSigned,
    qeSignerIsSigned: qeSigner === tcbSigner ? tcbSignerIsSigned : provesSigner(qeSigner, root, rootKey),
    rootCrlIsSigned: isSigned(resultOf(collateral?.rootCaCrl), rootKey),
    pckCrlIsSigned: isSigned(resultOf(collateral?.pckCrl), caKey),
    tcbInfoIsSigned: isSigned(resultOf(collateral?.tcbInfoDocument), tcbKey),
    qeIdentityIsSigned: isSigned(resultOf(collateral?.qeIdentityDocument), qeKey),
  })
  await Promise.all([tcbKey, qeKey])
  // Read while signatures are checked, believed after.
  resultOf(collateral?.tcbInfo)
  resultOf(collateral?.qeIdentity)
  return { collateral, ...(await proving) }
}

/** By the key that the quote's root has. That the signer's root has the same is judged, and its own signature checked here. */
async function provesSigner(chain: SignerChain | undefined, root: Certificate, rootKey: PointKey): Promise<boolean> {
  if (chain === undefined) return false
  const sameRoot = equal(chain.root.signed, root.signed) && equal(chain.root.signature, root.signature)
  const links = await Promise.all([isSigned(chain.signer, rootKey), sameRoot || isSigned(chain.root, rootKey)])
  return links.every(Boolean)
}

async function isSigned(
  what: Pick<Certificate, 'signed' | 'signature'> | SignedDocument | undefined,
  key: PointKey | undefined,
): Promise<boolean> {
  if (what?.signature === undefined || key === undefined) return false
  return isSignedWith(key, what.signed, what.signature)
}
