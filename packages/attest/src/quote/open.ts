import { startBasis, type Basis, type BasisProofs } from '../basis.ts'
import { once, type Attempt } from '../attempt.ts'
import { equal } from '../bytes.ts'
import { copyCollateral } from '../collateral/decode.ts'
import type { Collateral } from '../collateral/collateral.ts'
import { importPoint, type PointKey } from '../crypto.ts'
import type { Ledger } from '../ledger.ts'
import { basesOf, type Bases, type Known, type VerifierMemo } from '../memo.ts'
import { readCertificate, type Certificate } from '../x509/certificate.ts'
import { readChain } from '../x509/chain.ts'
import { readSgxExtension, type SgxExtension } from '../x509/sgx-extension.ts'
import { decodeQuote } from './decode.ts'
import type { Quote } from './quote.ts'

/** A quote decoded to the last certificate, with what it rests on. */
export interface OpenedQuote {
  readonly quote: Quote
  /** The PCK certificate. */
  readonly leaf: Certificate
  /** Whether the CA of the basis was found to have signed these very bytes before. */
  readonly leafIsKnown: boolean
  readonly leafKey: () => PointKey
  /** What the PCK certificate says of its platform: read when it is first asked for. */
  readonly pck: Attempt<SgxExtension>
  readonly basis: Basis
  /** What the arithmetic said of the basis when it was part of genuine evidence before. */
  readonly proven: BasisProofs | undefined
  /** To be called when all of it was accepted: the next quote on this basis, and of this platform, is verified faster. */
  keep(proofs: BasisProofs): void
}

type OpenedChain = Omit<OpenedQuote, 'quote' | 'pck'>

/**
 * Decodes a quote, its chain and collateral. Signature checks of the basis have started when this returns.
 *
 * @param bytes that nobody can change meanwhile
 * @throws AttestationError `quote/…`, `chain/malformed` and its like; collateral is judged later
 */
export function openQuote(
  ledger: Ledger,
  bytes: Uint8Array,
  given: { readonly collateral?: Collateral | undefined; readonly memo?: VerifierMemo | undefined },
): OpenedQuote {
  const { quote, ders } = decodeQuote(ledger, bytes)
  const opened = ledger.decode('chain/malformed', () => openChain(ders, given))
  ledger.passDecoded('chain/malformed')
  return { quote, ...opened, pck: once(() => readSgxExtension(opened.leaf.extensions)) }
}

function openChain(
  ders: readonly Uint8Array[],
  given: { readonly collateral?: Collateral | undefined; readonly memo?: VerifierMemo | undefined },
): OpenedChain {
  const [leafDer, caDer, rootDer] = ders as readonly [Uint8Array, Uint8Array, Uint8Array]
  const bases = given.memo && basesOf(given.memo)
  const known = bases?.find({ ca: caDer, root: rootDer, collateral: given.collateral })
  return known === undefined ? openUnknown(ders, given.collateral, bases) : openKnown(leafDer, known)
}

function openKnown(leafDer: Uint8Array, { basis, proven, pcks }: Known): OpenedChain {
  const pck = pcks.find(({ leaf }) => equal(leaf.bytes, leafDer))
  if (pck !== undefined) {
    const { leaf, key } = pck
    return { leaf, leafIsKnown: true, leafKey: () => key, basis, proven, keep() {} }
  }
  const leaf = readCertificate(leafDer)
  const leafKey = keyOf(leaf, basis)
  return { leaf, leafIsKnown: false, leafKey, basis, proven, keep: () => pcks.keep({ leaf, key: leafKey() }) }
}

function openUnknown(
  ders: readonly Uint8Array[],
  given: Collateral | undefined,
  bases: Bases | undefined,
): OpenedChain {
  const [leaf, ca, root] = readChain(ders) as readonly [Certificate, Certificate, Certificate]
  const collateral = given && copyCollateral(given)
  const basis = startBasis(ca, root, collateral)
  const leafKey = keyOf(leaf, basis)
  // Chains in another order than the usual one are read anew each time.
  const bytes = { ca: ca.bytes, root: root.bytes, collateral }
  const keep = (proofs: BasisProofs): void => bases?.keep(bytes, basis, proofs, { leaf, key: leafKey() })
  return { leaf, leafIsKnown: false, leafKey, basis, proven: undefined, keep }
}

/** Imported when it is first asked for, and once. */
function keyOf({ point }: Certificate, { caKey }: Basis): () => PointKey {
  let key: PointKey | undefined
  return () => (key ??= importPoint(point, caKey))
}
