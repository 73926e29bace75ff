import { equal } from './bytes.ts'
import type { Basis, BasisProofs } from './basis.ts'
import type { Collateral } from './collateral/collateral.ts'
import type { PointKey } from './crypto.ts'
import type { Certificate } from './x509/certificate.ts'

/** The bytes that a basis was made of. */
export interface BasisBytes {
  readonly ca: Uint8Array
  readonly root: Uint8Array
  readonly collateral: Collateral | undefined
}

/** A PCK certificate that its CA signed, and its key. */
interface Pck {
  readonly leaf: Certificate
  readonly key: PointKey
}

/** A basis, what the arithmetic said of it, and which PCK certificates its CA was found to have signed. */
export interface Known {
  readonly basis: Basis
  readonly proven: BasisProofs
  readonly pcks: Recent<Pck>
}

/** Beyond so many kinds of platforms the one that was not asked for longest is forgotten, and so with platforms of one kind. */
const most = { bases: 16, pcks: 64 }

/** What was used last, first. */
export class Recent<T> {
  #items: readonly T[] = []
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  find(is: (item: T) => boolean): T | undefined {
    const found = this.#items.find(is)
    if (found !== undefined && found !== this.#items[0]) this.keep(found)
    return found
  }

  keep(item: T): void {
    this.#items = [item, ...this.#items.filter((other) => other !== item)].slice(0, this.#most)
  }
}

/** Keeps what evidence that was accepted rests on. Bytes that are handed in here nobody can change any more. */
export class Bases {
  readonly #known = new Recent<Known & { readonly bytes: BasisBytes }>(most.bases)

  find(bytes: BasisBytes): Known | undefined {
    return this.#known.find((one) => isSame(one.bytes, bytes))
  }

  keep(bytes: BasisBytes, basis: Basis, proven: BasisProofs, pck: Pck): void {
    if (this.find(bytes) !== undefined) return
    const pcks = new Recent<Pck>(most.pcks)
    pcks.keep(pck)
    this.#known.keep({ bytes, basis, proven, pcks })
  }
}

/** For the verifier alone. */
export let basesOf: (memo: VerifierMemo) => Bases

/**
 * Lets a caller who verifies many quotes have the signatures of one collateral and CA checked once, and that of a platform's
 * PCK certificate. It keeps what does not change, that these very bytes are signed; dates, revocation, TCB and policy are
 * judged every time. Belongs to one caller; there is none unless one is handed in.
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
