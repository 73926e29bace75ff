import { ascii, concat, fromHex } from '../bytes.ts'
import { sha256 } from '../crypto.ts'
import { platforms } from '../platform.ts'
import { certificateToPem } from '../x509/pem.ts'
import { exportPoint, generateKey, sign } from './keys.ts'
import {
  u16,
  u32,
  writeHeader,
  writeReport,
  writeSection,
  type HeaderFields,
  type ReportFields,
  type SectionFields,
} from './quote-writer.ts'
import { writeTdReport, type TdReportFields } from './td-report-writer.ts'

/** Signs reports of the enclaves of its platform. */
export interface QuotingEnclave {
  /** A quote of an SGX report, of version 3 if the odd ones do not say another. */
  quote(report: ReportFields, odd?: OddQuote): Promise<Uint8Array<ArrayBuffer>>
  /** A quote of a TD report: of version 4 for type 2, else of version 5. */
  quoteTd(report: TdReportFields, type?: 2 | 3 | 4, odd?: OddQuote): Promise<Uint8Array<ArrayBuffer>>
}

/** Which quoting enclave it is. */
export interface QuotingEnclaveKind {
  /** 16 bytes. */
  readonly vendorId: Uint8Array
  readonly report: Omit<ReportFields, 'reportData'>
}

/** What shall be wrong with a quoting enclave, for tests of refusals. */
export interface OddQuotingEnclave {
  /** 16 bytes. */
  readonly vendorId?: Uint8Array
  readonly debug?: boolean
  /** Replaces what it would report of itself. */
  readonly report?: Partial<ReportFields>
  /** 64 bytes, in place of those that bind the attestation key. */
  readonly reportData?: Uint8Array
  /** 32 bytes that follow what binds the attestation key; zero if not given. */
  readonly reportDataRest?: Uint8Array
  /** Signs the quoting enclave's report in place of the PCK. */
  readonly signedBy?: CryptoKey
  /** Of any length; right as it is. */
  readonly authentication?: Uint8Array
}

/** What shall be wrong with a quote: header and section fields that replace the right ones, the header before signing. */
export interface OddQuote extends Partial<HeaderFields>, Partial<SectionFields> {
  /** Of a quote of version 5. */
  readonly bodyType?: number
  readonly bodySize?: number
  /** Signs the quote in place of the attestation key. */
  readonly signedBy?: CryptoKey
  /** Follows the quote. */
  readonly trailing?: Uint8Array
}

/**
 * @param pckKey signs the quoting enclave's report
 * @param certificates PCK certificate, its CA, the root; DER
 */
export async function startQuotingEnclave(
  pckKey: CryptoKey,
  certificates: readonly Uint8Array[],
  odd: OddQuotingEnclave,
  kind?: QuotingEnclaveKind,
): Promise<QuotingEnclave> {
  const { vendorId, report } = kind ?? (await softwareKind())
  const { publicKey, privateKey } = await generateKey()
  const attestationKey = (await exportPoint(publicKey)).subarray(1)
  const authentication = odd.authentication ?? Uint8Array.from({ length: 32 }, (_, index) => index)
  const rest = odd.reportDataRest ?? new Uint8Array(32)
  const qeReport = writeReport({
    ...report,
    reportData: odd.reportData ?? concat(await sha256(attestationKey, authentication), rest),
    debug: odd.debug ?? false,
    ...odd.report,
  })
  const certified = {
    attestationKey,
    qeReport,
    qeSignature: await sign(odd.signedBy ?? pckKey, qeReport),
    authentication,
    certificationType: 5,
    certification: ascii(`${certificates.map(certificateToPem).join('')}\0`),
    extra: new Uint8Array(0),
  }
  const qeId = (await sha256(concat(...certificates))).subarray(0, 16)

  async function quote(
    body: Uint8Array,
    usual: Pick<HeaderFields, 'version' | 'teeType'>,
    type: number,
    wrong: OddQuote,
  ) {
    const header = { ...usual, keyType: 2, vendorId: odd.vendorId ?? vendorId, qeId, ...wrong }
    const descriptor = [u16(wrong.bodyType ?? type), u32(wrong.bodySize ?? body.length)]
    const signed = concat(writeHeader(header), ...(header.version === 5 ? descriptor : []), body)
    const signature = await sign(wrong.signedBy ?? privateKey, signed)
    const section = writeSection({ ...certified, signature, ...wrong }, header.version)
    return concat(signed, section, wrong.trailing ?? new Uint8Array(0))
  }

  return {
    quote: async (report, wrong = {}) => quote(writeReport(report), { version: 3, teeType: 0 }, 1, wrong),
    quoteTd: async (report, type = 2, wrong = {}) =>
      quote(writeTdReport(report, type), { version: type === 2 ? 4 : 5, teeType: 0x81 }, type, wrong),
  }
}

async function softwareKind(): Promise<QuotingEnclaveKind> {
  return {
    vendorId: fromHex(platforms.software.vendorId),
    report: {
      measurement: await sha256(ascii('mse software quoting enclave')),
      signer: await sha256(ascii('mse software quoting enclave, signer')),
      isvProdId: 1,
    },
  }
}
