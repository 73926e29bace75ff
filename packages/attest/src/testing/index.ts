export {
  authority,
  extension,
  issueCertificate,
  keyIdentifiers,
  usage,
  type CertificateFields,
} from './certificate-writer.ts'
export type { OddCollateral, OddDocument } from './collateral-writer.ts'
export { crlNumber, issueCrl, keyCompromise, type CrlFields } from './crl-writer.ts'
export { makeEnclave, type EnclaveFields, type MakeBelieveEnclave } from './enclave.ts'
export { createHardware, type Hardware } from './hardware.ts'
export { hardwareVersions } from './hardware-versions.ts'
export { exampleCollateral, exampleNeed, type ExampleCollateral } from './example-collateral.ts'
export type { IntelKeys, OddPlatform } from './issue-platform.ts'
export { generateKey, type SavedKey } from './keys.ts'
export { createPlatform, loadPlatform, type Platform, type SavedPlatform } from './platform.ts'
export type { HeaderFields, ReportFields, SectionFields } from './quote-writer.ts'
export type { OddQuote, OddQuotingEnclave, QuotingEnclave } from './quoting-enclave.ts'
export { showKey, type OddClaims, type ShownKey } from './ra-tls-schemes.ts'
export { pckExtension, type PckFields } from './pck-extension.ts'
export { raTlsCertificate, type RaTlsFields } from './ra-tls.ts'
export type { TdReportFields } from './td-report-writer.ts'
