import { AttestationError } from './error.ts'
import type { Facts } from './facts.ts'
import type { Policy } from './policy/policy.ts'

/** What a verdict lets others rely on. */
export interface EnclaveFacts {
  readonly facts: Facts
  /** Hex SHA-256 of the SubjectPublicKeyInfo of the root that was reached. */
  readonly root: string
  /** Whether it was believed for testing. */
  readonly rootForTesting: boolean
  readonly policy: Policy
  /** SubjectPublicKeyInfo of the TLS key, DER. */
  readonly spki: Uint8Array
  /** Content of the TLS key's subjectPublicKey: 0x04 ‖ X ‖ Y, or an RSAPublicKey. */
  readonly keyBits: Uint8Array
  readonly reportData: Uint8Array
  /** REPORTDATA[32:64] where it is a key. */
  readonly sealingKey: Uint8Array | undefined
  readonly policyDigest: string
  readonly validUntil: Date
}

/** For the verifier alone; throws a TypeError for anything but a verified enclave. */
export let factsOf: (enclave: VerifiedEnclave) => EnclaveFacts

const maker = Symbol('only the verifier makes one')

/**
 * An enclave that was verified. Only `verifyEvidence` makes one: functions that seal or deliver take this and nothing else,
 * so no secret can leave before a verdict. It cannot be copied, stored or sent: a verdict is for here and now.
 */
export class VerifiedEnclave {
  readonly #facts: EnclaveFacts
  /** A function of its own: JSON.stringify calls it, and structuredClone refuses objects that hold one. */
  readonly toJSON: () => never = () => {
    throw new TypeError('a verified enclave cannot be serialised')
  }

  /** @throws TypeError whoever calls it from outside */
  constructor(secret: symbol, facts: EnclaveFacts) {
    if (secret !== maker) throw new TypeError('only verifyEvidence makes a verified enclave')
    this.#facts = facts
    Object.freeze(this)
  }

  /** Whether `value` came out of `verifyEvidence` of this very copy of the module. */
  static isVerified(value: unknown): value is VerifiedEnclave {
    return typeof value === 'object' && value !== null && #facts in value
  }

  /** SubjectPublicKeyInfo of the TLS key, DER: what every connection has to show. A copy. */
  get tlsKey(): Uint8Array {
    return this.#facts.spki.slice()
  }

  /**
   * The X25519 public key to seal to, 32 bytes. A copy.
   *
   * @throws AttestationError `provision/no-sealing-key`: REPORTDATA[32:64] is zero, or the enclave's scheme does not make it a
   *   key. Sealing to zero bytes is sealing to everybody.
   */
  get sealingKey(): Uint8Array {
    const { sealingKey } = this.#facts
    if (sealingKey !== undefined) return sealingKey.slice()
    throw new AttestationError('provision/no-sealing-key', 'the enclave was not attested with a key to seal to')
  }

  /** REPORTDATA, 64 bytes. A copy. */
  get reportData(): Uint8Array {
    return this.#facts.reportData.slice()
  }

  /** MRENCLAVE or MRTD, hex. */
  get measurement(): string {
    return this.#facts.facts.measurement
  }

  /** Of the policy that it satisfied, hex. */
  get policyDigest(): string {
    return this.#facts.policyDigest
  }

  /** When to stop relying on it: an hour after the verdict, or at the end of a certificate or of collateral if that comes first. */
  get validUntil(): Date {
    return new Date(this.#facts.validUntil)
  }

  static {
    factsOf = (enclave) => enclave.#facts
  }
}

/** For the verifier alone; not exported by the package. */
export function makeVerifiedEnclave(facts: EnclaveFacts): VerifiedEnclave {
  return new VerifiedEnclave(maker, facts)
}
