import { allOf } from './all-of.ts'
import { resultOf } from './attempt.ts'
import { equal } from './bytes.ts'
import type { Collateral } from './collateral/collateral.ts'
import { decodeCollateral, type DecodedCollateral, type SignerChain } from './collateral/decode.ts'
import type { SignedDocument } from './collateral/signed-document.ts'
import { importPoint, isSignedWith, type PointKey } from './crypto.ts'
import { openRoot } from './trust-anchor.ts'
import type { Certificate } from './x509/certificate.ts'

/** What a quote rests on beside its own PCK certificate: the same for all quotes of one kind of platform. */
export interface Basis {
  readonly ca: Certificate
  readonly root: Certificate
  readonly caKey: PointKey
  /** Begins with the collateral when it is first called. */
  proofs(): Promise<BasisProofs>
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

/**
 * Checks what the root signed, and waits with the collateral until it is asked for. Each key is imported once.
 *
 * @param given that nobody can change
 */
export function startBasis(ca: Certificate, root: Certificate, given: Collateral | undefined): Basis {
  const { key: rootKey, hash } = openRoot(root)
  const chain = allOf({
    root: hash,
    rootIsSigned: isSigned(root, rootKey),
    caIsSigned: isSigned(ca, rootKey),
  })
  const caKey = importPoint(ca.point, rootKey)
  let proofs: Promise<BasisProofs> | undefined
  return { ca, root, caKey, proofs: () => (proofs ??= prove(root, given, { rootKey, caKey, chain })) }
}

type ChainProofs = Pick<BasisProofs, 'root' | 'rootIsSigned' | 'caIsSigned'>

interface Started {
  readonly rootKey: PointKey
  readonly caKey: PointKey
  readonly chain: Promise<ChainProofs>
}

/** Each signature check starts as soon as its inputs are decoded: other threads do it while this one decodes the next. */
async function prove(
  root: Certificate,
  given: Collateral | undefined,
  { rootKey, caKey, chain }: Started,
): Promise<BasisProofs> {
  const collateral = given && decodeCollateral(given, root)
  const tcbSigner = resultOf(collateral?.tcbSigner)
  const tcbSignerIsSigned = provesSigner(tcbSigner, root, await rootKey)
  const tcbKey = await (tcbSigner && importPoint(tcbSigner.signer.point))
  const tcbInfoIsSigned = isSigned(resultOf(collateral?.tcbInfoDocument), tcbKey)
  const qeSigner = resultOf(collateral?.qeSigner)
  const sameSigner = qeSigner === tcbSigner
  const qeKey = sameSigner ? tcbKey : await (qeSigner && importPoint(qeSigner.signer.point))
  const proving = allOf({
    tcbSignerIsSigned,
    tcbInfoIsSigned,
    qeIdentityIsSigned: isSigned(resultOf(collateral?.qeIdentityDocument), qeKey),
    qeSignerIsSigned: sameSigner ? tcbSignerIsSigned : provesSigner(qeSigner, root, await rootKey),
    rootCrlIsSigned: isSigned(resultOf(collateral?.rootCaCrl), await rootKey),
    pckCrlIsSigned: isSigned(resultOf(collateral?.pckCrl), await caKey),
  })
  // Read while signatures are checked, believed after.
  resultOf(collateral?.tcbInfo)
  resultOf(collateral?.qeIdentity)
  return { collateral, ...(await chain), ...(await proving) }
}

/** By the key that the quote's root has. That the signer's root has the same is judged, and its own signature checked here. */
async function provesSigner(
  chain: SignerChain | undefined,
  root: Certificate,
  rootKey: Awaited<PointKey>,
): Promise<boolean> {
  if (chain === undefined) return false
  const sameRoot = equal(chain.root.signed, root.signed) && equal(chain.root.signature, root.signature)
  const links = await Promise.all([isSigned(chain.signer, rootKey), sameRoot || isSigned(chain.root, rootKey)])
  return links.every(Boolean)
}

async function isSigned(
  what: Pick<Certificate, 'signed' | 'signature'> | SignedDocument | undefined,
  key: PointKey | Awaited<PointKey>,
): Promise<boolean> {
  if (what?.signature === undefined) return false
  return isSignedWith(key instanceof Promise ? await key : key, what.signed, what.signature)
}
