import { concat } from '../bytes.ts'

/** What an SGX enclave reports. What is not given is zero, but for ATTRIBUTES. */
export interface ReportFields {
  /** MRENCLAVE, 32 bytes. */
  readonly measurement: Uint8Array
  /** REPORTDATA, 64 bytes. */
  readonly reportData: Uint8Array
  /** MRSIGNER, 32 bytes. */
  readonly signer?: Uint8Array
  /** Sets DEBUG among the attributes. */
  readonly debug?: boolean
  readonly isvProdId?: number
  readonly isvSvn?: number
  /** FLAGS and XFRM, 16 bytes; INIT, MODE64BIT and XFRM 3 if not given. */
  readonly attributes?: Uint8Array
  /** 4 bytes. */
  readonly miscSelect?: Uint8Array
  /** CONFIGID, 64 bytes. */
  readonly configId?: Uint8Array
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
  /** Type of certification data that wraps the rest from version 4 on: 6. */
  readonly wrapping?: number
}

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

/** 384 bytes (ibid., table 5). CPUSVN is zero. */
export function writeReport(fields: ReportFields): Uint8Array<ArrayBuffer> {
  const report = new Uint8Array(384)
  report.set(sized(fields.miscSelect ?? new Uint8Array(4), 4), 16)
  report.set(sized(fields.attributes ?? Uint8Array.of(0x05, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0), 16), 48)
  if (fields.debug === true) report[48] = (report[48] ?? 0) | 0x02
  report.set(sized(fields.measurement, 32), 64)
  report.set(sized(fields.signer ?? new Uint8Array(32), 32), 128)
  report.set(sized(fields.configId ?? new Uint8Array(64), 64), 192)
  report.set(u16(fields.isvProdId ?? 0), 256)
  report.set(u16(fields.isvSvn ?? 0), 258)
  report.set(sized(fields.reportData, 64), 320)
  return report
}

/**
 * Length and signature section (ibid., tables 2 and 4). From version 4 on, what the platform certifies is wrapped once more
 * (Intel TDX DCAP Quoting Library API, A.3.4 to A.3.9).
 */
export function writeSection(fields: SectionFields, version: number = 3): Uint8Array {
  const certified = concat(
    fields.qeReport,
    fields.qeSignature,
    u16(fields.authentication.length),
    fields.authentication,
    u16(fields.certificationType),
    u32(fields.certification.length),
    fields.certification,
    fields.extra,
  )
  const wrapping = version === 4 || version === 5 ? [u16(fields.wrapping ?? 6), u32(certified.length)] : []
  const section = concat(fields.signature, fields.attestationKey, ...wrapping, certified)
  return concat(u32(section.length), section)
}

/** @throws RangeError */
export function sized(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw new RangeError(`${bytes.length} bytes in place of ${length}`)
  return bytes
}

export function u16(number: number): Uint8Array {
  return Uint8Array.of(number & 0xff, (number >> 8) & 0xff)
}

export function u32(number: number): Uint8Array {
  return concat(u16(number & 0xffff), u16(number >>> 16))
}
