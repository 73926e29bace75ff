import { startBasis, type Basis, type BasisProofs } from '../basis.ts'
import { once, type Attempt } from '../attempt.ts'
import { copyCollateral } from '../collateral/decode.ts'
import type { Collateral } from '../collateral/collateral.ts'
import type { Ledger } from '../ledger.ts'
import { basesOf, type VerifierMemo } from '../memo.ts'
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
  /** What the PCK certificate says of its platform: read when it is first asked for. */
  readonly pck: Attempt<SgxExtension>
  readonly basis: Basis
  /** What the arithmetic said of the basis when it was part of genuine evidence before. */
  readonly proven: BasisProofs | undefined
  /** To be called when all of it was found genuine: the next quote on this basis is verified faster. */
  keep(proofs: BasisProofs): void
}

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
): Pick<OpenedQuote, 'leaf' | 'basis' | 'proven' | 'keep'> {
  const [leafDer, caDer, rootDer] = ders as readonly [Uint8Array, Uint8Array, Uint8Array]
  const bases = given.memo && basesOf(given.memo)
  const known = bases?.find({ ca: caDer, root: rootDer, collateral: given.collateral })
  if (known !== undefined) return { leaf: readCertificate(leafDer), ...known, keep() {} }

  const [leaf, ca, root] = readChain(ders) as readonly [Certificate, Certificate, Certificate]
  const collateral = given.collateral && copyCollateral(given.collateral)
  const basis = startBasis(ca, root, collateral)
  // Chains in another order than the usual one are read anew each time.
  const bytes = { ca: ca.bytes, root: root.bytes, collateral }
  return { leaf, basis, proven: undefined, keep: (proofs) => bases?.keep(bytes, { basis, proven: proofs }) }
}
