export type { Check } from './checks/checks.ts'
export type { Collateral } from './collateral/collateral.ts'
export type { CollateralNeed, CollateralSource } from './collateral/source.ts'
export { VerifiedEnclave } from './enclave.ts'
export { AttestationError, PolicyMismatch, type Difference } from './error.ts'
export type { CertificateEvidence, Evidence, QuoteEvidence } from './evidence/evidence.ts'
export type { Facts, SgxFacts, TdxFacts } from './facts.ts'
export { verifyFreshness } from './freshness.ts'
export { VerifierMemo } from './memo.ts'
export type { Platform } from './platform.ts'
export { parsePolicy } from './policy/parse.ts'
export {
  formatPolicy,
  policyDigest,
  type Pattern,
  type Pin,
  type Policy,
  type SgxPolicy,
  type SoftwarePolicy,
  type TdxPolicy,
} from './policy/policy.ts'
export { strictSgxPolicy, strictTdxPolicy } from './policy/strict.ts'
export type { RaTlsScheme } from './ra-tls/schemes.ts'
export type { PlatformFacts, TcbFacts } from './tcb/facts.ts'
export type { TcbStatus } from './tcb/status.ts'
export type { Examination, QuoteVerdict, Verdict } from './verdict.ts'
export { collateralNeed, examineEvidence, verifyEvidence, type Given } from './verify.ts'
export { certificateToPem } from './x509/pem.ts'
