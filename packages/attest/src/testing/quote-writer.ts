import { concat } from '../bytes.ts'

/** What an enclave reports. */
export interface ReportFields {
  /** MRENCLAVE, 32 bytes. */
  readonly measurement: Uint8Array
  /** REPORTDATA, 64 bytes. */
  readonly reportData: Uint8Array
  /** MRSIGNER, 32 bytes; zero if not given. */
  readonly signer?: Uint8Array
  readonly debug?: boolean
  readonly isvProdId?: number
  readonly isvSvn?: number
}

/** What a quote's header says. */
export interface HeaderFields {
  readonly version: number
  readonly keyType: number
  readonly teeType: number
  /** 16 bytes. */
  readonly vendorId: Uint8Array
  /** The platform's QE id, 16 bytes. */
  readonly qeId: Uint8Array
}

/** What follows the report in a quote. */
export interface SectionFields {
  readonly signature: Uint8Array
  /** X ‖ Y, 64 bytes. */
  readonly attestationKey: Uint8Array
  readonly qeReport: Uint8Array
  readonly qeSignature: Uint8Array
  readonly authentication: Uint8Array
  readonly certificationType: number
  readonly certification: Uint8Array
  /** Bytes that no field accounts for. */
  readonly extra: Uint8Array
}

const flags = { init: 0x01, debug: 0x02, mode64: 0x04 }

/** 48 bytes (Intel SGX ECDSA QuoteGenReference, appendix A.4, table 3). */
export function writeHeader({ version, keyType, teeType, vendorId, qeId }: HeaderFields): Uint8Array {
  return concat(
    u16(version),
    u16(keyType),
    u32(teeType),
    new Uint8Array(4),
    sized(vendorId, 16),
    sized(qeId, 16),
    new Uint8Array(4),
  )
}

/** 384 bytes (ibid., table 5). CPUSVN is zero, XFRM 3. */
export function writeReport(fields: ReportFields): Uint8Array<ArrayBuffer> {
  const report = new Uint8Array(384)
  report[48] = flags.init | flags.mode64 | (fields.debug === true ? flags.debug : 0)
  report[56] = 3
  report.set(sized(fields.measurement, 32), 64)
  report.set(sized(fields.signer ?? new Uint8Array(32), 32), 128)
  report.set(u16(fields.isvProdId ?? 0), 256)
  report.set(u16(fields.isvSvn ?? 0), 258)
  report.set(sized(fields.reportData, 64), 320)
  return report
}

/** Length and signature section (ibid., tables 2 and 4). */
export function writeSection(fields: SectionFields): Uint8Array {
  const section = concat(
    fields.signature,
    fields.attestationKey,
    fields.qeReport,
    fields.qeSignature,
    u16(fields.authentication.length),
    fields.authentication,
    u16(fields.certificationType),
    u32(fields.certification.length),
    fields.certification,
    fields.extra,
  )
  return concat(u32(section.length), section)
}

function sized(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw new RangeError(`${bytes.length} bytes in place of ${length}`)
  return bytes
}

function u16(number: number): Uint8Array {
  return Uint8Array.of(number & 0xff, (number >> 8) & 0xff)
}

function u32(number: number): Uint8Array {
  return concat(u16(number & 0xffff), u16(number >>> 16))
}
