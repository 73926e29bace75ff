import { toHex } from './bytes.ts'
import type { Body } from './quote/quote.ts'
import type { Report } from './quote/report.ts'
import type { TdReport } from './quote/td-report.ts'
import type { PlatformFacts, TcbFacts } from './tcb/facts.ts'

/** What genuine evidence says, whoever asks. Hex is lower-case, in memory order. */
export type Facts = SgxFacts | TdxFacts

interface CommonFacts {
  /** What was measured when it was built: MRENCLAVE, or MRTD. */
  readonly measurement: string
  /** Whether whoever runs it can read its memory. */
  readonly debug: boolean
  /** REPORTDATA, 128 hex digits. */
  readonly reportData: string
  readonly machine: PlatformFacts
  /** Undefined for a software enclave. */
  readonly tcb: TcbFacts | undefined
}

/** Of an SGX enclave, or of a software enclave, which reports in the same form. */
export interface SgxFacts extends CommonFacts, EnclaveReport {
  readonly platform: 'sgx' | 'software'
}

export interface TdxFacts extends CommonFacts, TdReportFacts {
  readonly platform: 'tdx'
}

interface EnclaveReport {
  /** MRSIGNER. */
  readonly signer: string
  readonly isvProdId: number
  readonly isvSvn: number
  readonly attributes: string
  readonly miscSelect: string
  readonly configId: string
}

interface TdReportFacts {
  readonly mrtd: string
  readonly rtmr0: string
  readonly rtmr1: string
  readonly rtmr2: string
  readonly rtmr3: string
  readonly mrseam: string
  readonly mrsignerseam: string
  readonly mrconfigid: string
  readonly mrowner: string
  readonly mrownerconfig: string
  readonly mrservicetd: string
  readonly tdAttributes: string
  readonly xfam: string
}

/** What else is known of a quote. */
interface Known {
  readonly platform: 'sgx' | 'tdx' | 'software'
  readonly machine: PlatformFacts
  readonly tcb: TcbFacts | undefined
}

export function factsOfQuote(body: Body, known: Known): Facts {
  return body.tee === 'tdx' ? ofTd(body, known) : ofEnclave(body, known)
}

function ofEnclave(body: Report, { platform, machine, tcb }: Known): SgxFacts {
  return {
    // The root decided; a TD quote under a software root has been refused.
    platform: platform === 'software' ? 'software' : 'sgx',
    measurement: toHex(body.measurement),
    debug: body.debug,
    reportData: toHex(body.reportData),
    machine,
    tcb,
    signer: toHex(body.signer),
    isvProdId: body.isvProdId,
    isvSvn: body.isvSvn,
    attributes: toHex(body.attributes),
    miscSelect: toHex(body.miscSelect),
    configId: toHex(body.configId),
  }
}

function ofTd(body: TdReport, { machine, tcb }: Known): TdxFacts {
  const mrtd = toHex(body.mrtd)
  const [rtmr0, rtmr1, rtmr2, rtmr3] = body.rtmrs
  return {
    platform: 'tdx',
    measurement: mrtd,
    debug: body.debug,
    reportData: toHex(body.reportData),
    machine,
    tcb,
    mrtd,
    rtmr0: toHex(rtmr0),
    rtmr1: toHex(rtmr1),
    rtmr2: toHex(rtmr2),
    rtmr3: toHex(rtmr3),
    mrseam: toHex(body.mrseam),
    mrsignerseam: toHex(body.mrsignerseam),
    mrconfigid: toHex(body.mrconfigid),
    mrowner: toHex(body.mrowner),
    mrownerconfig: toHex(body.mrownerconfig),
    mrservicetd: toHex(body.mrservicetd ?? new Uint8Array(48)),
    tdAttributes: toHex(body.tdAttributes),
    xfam: toHex(body.xfam),
  }
}
