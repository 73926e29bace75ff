import type { Check } from './checks.ts'
import type { VerifiedEnclave } from './enclave.ts'
import type { Platform } from './platform.ts'
import type { RaTlsScheme } from './ra-tls/schemes.ts'

/** What genuine evidence says, before anybody asks whether it is what they want. */
export interface Examination {
  /** Derived from the pinned root that the chain reaches. */
  readonly platform: Platform
  readonly platformName: 'software enclave' | 'SGX enclave'
  /** Hex SHA-256 of the root's SubjectPublicKeyInfo. */
  readonly root: string
  /** MRENCLAVE, hex. */
  readonly measurement: string
  /** MRSIGNER, hex. */
  readonly signer: string
  readonly isvProdId: number
  readonly isvSvn: number
  /** Whether it is a debug enclave. */
  readonly debug: boolean
  /** REPORTDATA, 128 hex digits. */
  readonly reportData: string
  /** How the certificate carries its quote. */
  readonly scheme: RaTlsScheme
  /** DNS names and addresses that the certificate is for. */
  readonly names: readonly string[]
  /** End of the certificate. */
  readonly notAfter: Date
  /** Everything that was looked at, in order of judgement. */
  readonly checks: readonly Check[]
  /** What this does not prove. To be shown wherever the rest is. */
  readonly caveats: readonly string[]
}

/** Genuine evidence of what the policy asks for. */
export interface Verdict extends Examination {
  /** Hex SHA-256 of the policy's canonical JSON. */
  readonly policyDigest: string
  readonly enclave: VerifiedEnclave
}
