export {
  authority,
  extension,
  issueCertificate,
  keyIdentifiers,
  usage,
  type CertificateFields,
} from './certificate-writer.ts'
export { makeEnclave, type EnclaveFields, type MakeBelieveEnclave } from './enclave.ts'
export type { OddPlatform } from './issue-platform.ts'
export { generateKey, type SavedKey } from './keys.ts'
export { createPlatform, loadPlatform, type Platform, type SavedPlatform } from './platform.ts'
export type { HeaderFields, ReportFields, SectionFields } from './quote-writer.ts'
export type { OddQuote, OddQuotingEnclave, QuotingEnclave } from './quoting-enclave.ts'
export { showKey, type OddClaims, type ShownKey } from './ra-tls-schemes.ts'
export { raTlsCertificate, type RaTlsFields } from './ra-tls.ts'
