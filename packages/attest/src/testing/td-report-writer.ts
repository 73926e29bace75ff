import { sized } from './quote-writer.ts'

/** What a trust domain reports. Registers are 48 bytes; what is not given is zero, but for TDATTRIBUTES and TEE_TCB_SVN. */
export interface TdReportFields {
  readonly mrtd: Uint8Array
  /** REPORTDATA, 64 bytes. */
  readonly reportData: Uint8Array
  readonly rtmrs?: readonly Uint8Array[]
  /** 16 bytes; module version 1, module SVN 5, then 3 if not given. */
  readonly teeTcbSvn?: Uint8Array
  readonly mrseam?: Uint8Array
  readonly mrsignerseam?: Uint8Array
  /** 8 bytes. */
  readonly seamAttributes?: Uint8Array
  /** 8 bytes; SEPT_VE_DISABLE if not given. */
  readonly tdAttributes?: Uint8Array
  /** 8 bytes. */
  readonly xfam?: Uint8Array
  readonly mrconfigid?: Uint8Array
  readonly mrowner?: Uint8Array
  readonly mrownerconfig?: Uint8Array
  /** 16 bytes; as `teeTcbSvn` if not given. */
  readonly teeTcbSvn2?: Uint8Array
  readonly mrservicetd?: Uint8Array
}

/** Sizes of reports by their type in a quote of version 5. */
const sizes: Readonly<Record<number, number>> = { 2: 584, 3: 648, 4: 885 }

/** Intel TDX DCAP Quoting Library API, A.3.2. @param type 2: 1.0, 3: 1.5, 4: 1.5 extended */
export function writeTdReport(fields: TdReportFields, type: 2 | 3 | 4): Uint8Array<ArrayBuffer> {
  const report = new Uint8Array(sizes[type] ?? 0)
  const put = (offset: number, length: number, bytes: Uint8Array | undefined): void => {
    if (bytes !== undefined) report.set(sized(bytes, length), offset)
  }
  const teeTcbSvn = fields.teeTcbSvn ?? Uint8Array.of(5, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
  put(0, 16, teeTcbSvn)
  put(16, 48, fields.mrseam)
  put(64, 48, fields.mrsignerseam)
  put(112, 8, fields.seamAttributes)
  put(120, 8, fields.tdAttributes ?? Uint8Array.of(0, 0, 0, 0x10, 0, 0, 0, 0))
  put(128, 8, fields.xfam)
  put(136, 48, fields.mrtd)
  put(184, 48, fields.mrconfigid)
  put(232, 48, fields.mrowner)
  put(280, 48, fields.mrownerconfig)
  fields.rtmrs?.forEach((rtmr, index) => put(328 + 48 * index, 48, rtmr))
  put(520, 64, fields.reportData)
  if (type === 2) return report
  put(584, 16, fields.teeTcbSvn2 ?? teeTcbSvn)
  put(600, 48, fields.mrservicetd)
  return report
}
