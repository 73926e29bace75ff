import type { Check } from './checks/checks.ts'
import type { VerifiedEnclave } from './enclave.ts'
import type { Facts } from './facts.ts'
import type { RaTlsScheme } from './ra-tls/schemes.ts'

interface Judgement {
  readonly platformName: 'software enclave' | 'SGX enclave' | 'TDX trust domain'
  /** Hex SHA-256 of the SubjectPublicKeyInfo of the pinned root that the chain reaches; the platform is derived from it. */
  readonly root: string
  /** How the certificate carries its quote, by the name of the scheme; undefined of a quote alone. */
  readonly scheme: RaTlsScheme | undefined
  /** DNS names and addresses that the certificate is for; none of a quote alone. */
  readonly names: readonly string[]
  /** End of the certificate; of a quote alone, of what it rests on. */
  readonly notAfter: Date
  /** Everything that was looked at, in order of judgement. */
  readonly checks: readonly Check[]
  /** What this does not prove. To be shown wherever the rest is. */
  readonly caveats: readonly string[]
}

/** What genuine evidence says, before anybody asks whether it is what they want. */
export type Examination = Judgement & Facts

/** Genuine evidence of what the policy asks for. */
export type Verdict = Examination & {
  /** Hex SHA-256 of the policy's canonical JSON. */
  readonly policyDigest: string
  readonly enclave: VerifiedEnclave
}

/** A genuine quote of what the policy asks for. Without a certificate it proves no channel, so there is no enclave to talk to. */
export type QuoteVerdict = Examination & { readonly policyDigest: string; readonly enclave?: undefined }
