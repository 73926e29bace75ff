import { equal, toHex } from './bytes.ts'
import type { Collateral } from './collateral/collateral.ts'
import { decodeCollateral, type Attempt, type DecodedCollateral, type SignerChain } from './collateral/decode.ts'
import type { SignedDocument } from './collateral/signed-document.ts'
import { importPoint, isSignedWith, sha256, type PointKey } from './crypto.ts'
import type { Certificate } from './x509/certificate.ts'

/** What a quote rests on beside its own PCK certificate: the same for all quotes of one kind of platform. */
export interface Basis {
  readonly ca: Certificate
  readonly root: Certificate
  readonly caKey: PointKey
  readonly collateral: DecodedCollateral | undefined
  readonly proofs: Promise<BasisProofs>
}

/** What the arithmetic says, before anything is made of it. Where something could not be decoded: false. */
export interface BasisProofs {
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

/** Starts every signature check at once; each key is imported once. */
export function startBasis(ca: Certificate, root: Certificate, given: Collateral | undefined): Basis {
  const collateral = given === undefined ? undefined : decodeCollateral(given)
  const [rootKey, caKey] = [importPoint(root.point), importPoint(ca.point)]
  return { ca, root, caKey, collateral, proofs: prove(ca, root, collateral, { rootKey, caKey }) }
}

interface Keys {
  readonly rootKey: PointKey
  readonly caKey: PointKey
}

async function prove(
  ca: Certificate,
  root: Certificate,
  collateral: DecodedCollateral | undefined,
  { rootKey, caKey }: Keys,
): Promise<BasisProofs> {
  const tcbSigner = decoded(collateral?.tcbSigner)
  const qeSigner = decoded(collateral?.qeSigner)
  const tcbKey = tcbSigner && importPoint(tcbSigner.signer.point)
  const qeKey = qeSigner === tcbSigner ? tcbKey : qeSigner && importPoint(qeSigner.signer.point)
  const tcbSignerIsSigned = provesSigner(tcbSigner, root, rootKey)
  const [hash, ...proofs] = await Promise.all([
    sha256(root.spki),
    isSigned(root, rootKey),
    isSigned(ca, rootKey),
    tcbSignerIsSigned,
    qeSigner === tcbSigner ? tcbSignerIsSigned : provesSigner(qeSigner, root, rootKey),
    isSigned(decoded(collateral?.rootCaCrl), rootKey),
    isSigned(decoded(collateral?.pckCrl), caKey),
    isSigned(decoded(collateral?.tcbInfoDocument), tcbKey),
    isSigned(decoded(collateral?.qeIdentityDocument), qeKey),
  ])
  const [rootIsSigned, caIsSigned, signer, qeSignerIsSigned, rootCrlIsSigned, pckCrlIsSigned, tcbInfo, qeIdentity] =
    proofs
  return {
    root: toHex(hash),
    rootIsSigned,
    caIsSigned,
    tcbSignerIsSigned: signer,
    qeSignerIsSigned,
    rootCrlIsSigned,
    pckCrlIsSigned,
    tcbInfoIsSigned: tcbInfo,
    qeIdentityIsSigned: qeIdentity,
  }
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

function decoded<T>(attempt: Attempt<T> | undefined): T | undefined {
  try {
    return attempt?.()
  } catch {
    return undefined
  }
}
