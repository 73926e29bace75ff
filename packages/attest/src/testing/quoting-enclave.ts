import { ascii, concat } from '../bytes.ts'
import { sha256 } from '../crypto.ts'
import { platforms } from '../platform.ts'
import { certificateToPem } from '../x509/pem.ts'
import { exportPoint, generateKey, sign } from './keys.ts'
import {
  writeHeader,
  writeReport,
  writeSection,
  type HeaderFields,
  type ReportFields,
  type SectionFields,
} from './quote-writer.ts'

/** Signs reports of the enclaves of its platform. */
export interface QuotingEnclave {
  /** A DCAP quote, version 3. */
  quote(report: ReportFields, odd?: OddQuote): Promise<Uint8Array<ArrayBuffer>>
}

/** What shall be wrong with a quoting enclave, for tests of refusals. */
export interface OddQuotingEnclave {
  /** 16 bytes. */
  readonly vendorId?: Uint8Array
  readonly debug?: boolean
  /** 64 bytes, in place of those that bind the attestation key. */
  readonly reportData?: Uint8Array
  /** Signs the quoting enclave's report in place of the PCK. */
  readonly signedBy?: CryptoKey
  /** Of any length; right as it is. */
  readonly authentication?: Uint8Array
}

/** What shall be wrong with a quote: header and section fields that replace the right ones, the header before signing. */
export interface OddQuote extends Partial<HeaderFields>, Partial<SectionFields> {
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
): Promise<QuotingEnclave> {
  const { publicKey, privateKey } = await generateKey()
  const attestationKey = (await exportPoint(publicKey)).subarray(1)
  const authentication = odd.authentication ?? Uint8Array.from({ length: 32 }, (_, index) => index)
  const qeReport = writeReport({
    measurement: await sha256(ascii('mse software quoting enclave')),
    signer: await sha256(ascii('mse software quoting enclave, signer')),
    reportData: odd.reportData ?? concat(await sha256(attestationKey, authentication), new Uint8Array(32)),
    debug: odd.debug ?? false,
    isvProdId: 1,
  })
  const qeSignature = await sign(odd.signedBy ?? pckKey, qeReport)
  const qeId = (await sha256(concat(...certificates))).subarray(0, 16)
  const certification = ascii(`${certificates.map(certificateToPem).join('')}\0`)

  return {
    async quote(report, wrong = {}) {
      const header = { version: 3, keyType: 2, teeType: 0, vendorId: odd.vendorId ?? softwareVendorId(), qeId }
      const signed = concat(writeHeader({ ...header, ...wrong }), writeReport(report))
      const signature = await sign(wrong.signedBy ?? privateKey, signed)
      const section = {
        signature,
        attestationKey,
        qeReport,
        qeSignature,
        authentication,
        certificationType: 5,
        certification,
      }
      const quote = concat(signed, writeSection({ ...section, extra: new Uint8Array(0), ...wrong }))
      return concat(quote, wrong.trailing ?? new Uint8Array(0))
    },
  }
}

function softwareVendorId(): Uint8Array {
  return Uint8Array.from(platforms.software.vendorId.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
