import { equal } from './bytes.ts'
import type { Basis, BasisProofs } from './basis.ts'
import type { Collateral } from './collateral/collateral.ts'

/** The bytes that a basis was made of. */
export interface BasisBytes {
  readonly ca: Uint8Array
  readonly root: Uint8Array
  readonly collateral: Collateral | undefined
}

/** A basis, and what the arithmetic said of it. */
interface Proven {
  readonly basis: Basis
  readonly proven: BasisProofs
}

/** Beyond so many platforms the one that was not asked for longest is forgotten. */
const most = 16

/** Keeps the bases of evidence that was found genuine. */
class Bases {
  #entries: readonly { readonly bytes: BasisBytes; readonly known: Proven }[] = []

  find(bytes: BasisBytes): Proven | undefined {
    const found = this.#entries.find((entry) => isSame(entry.bytes, bytes))
    if (found === undefined) return undefined
    this.#entries = [found, ...this.#entries.filter((entry) => entry !== found)]
    return found.known
  }

  /** @param bytes that nobody can change any more */
  keep(bytes: BasisBytes, known: Proven): void {
    if (this.find(bytes) !== undefined) return
    this.#entries = [{ bytes, known }, ...this.#entries].slice(0, most)
  }
}

/** For the verifier alone. */
export let basesOf: (memo: VerifierMemo) => Bases

/**
 * Lets a caller who verifies many quotes have the signatures of one collateral and CA checked once. It keeps what does not
 * change, that these very bytes are signed; dates, revocation, TCB and policy are judged every time. Belongs to one caller;
 * there is none unless one is handed in.
 */
export class VerifierMemo {
  readonly #bases = new Bases()

  static {
    basesOf = (memo) => memo.#bases
  }
}

function isSame(a: BasisBytes, b: BasisBytes): boolean {
  return equal(a.ca, b.ca) && equal(a.root, b.root) && isSameCollateral(a.collateral, b.collateral)
}

function isSameCollateral(a: Collateral | undefined, b: Collateral | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return (
    a.tcbInfoIssuerChain === b.tcbInfoIssuerChain &&
    a.qeIdentityIssuerChain === b.qeIdentityIssuerChain &&
    equal(a.tcbInfo, b.tcbInfo) &&
    equal(a.qeIdentity, b.qeIdentity) &&
    equal(a.pckCrl, b.pckCrl) &&
    equal(a.rootCaCrl, b.rootCaCrl)
  )
}
