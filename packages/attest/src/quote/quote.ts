import { concat, isZero } from '../bytes.ts'
import { FormatError } from '../error.ts'
import { headerLength, readHeader, type QuoteHeader } from './header.ts'
import { Reader } from './reader.ts'
import { readReport, reportLength, type Report } from './report.ts'

/** A quote of version 3 taken apart (Intel SGX ECDSA QuoteGenReference, appendix A.4). Nothing in it is judged yet. */
export interface Quote {
  readonly header: QuoteHeader
  readonly report: Report
  /** Header and report: what the attestation key signs, 432 bytes. */
  readonly signed: Uint8Array
  /** r ‖ s, 64 bytes. */
  readonly signature: Uint8Array
  /** 0x04 ‖ X ‖ Y, 65 bytes. */
  readonly attestationKey: Uint8Array
  /** The quoting enclave's report: what the PCK signs, 384 bytes. */
  readonly qeSigned: Uint8Array
  readonly qeReport: Report
  /** r ‖ s, 64 bytes. */
  readonly qeSignature: Uint8Array
  /** Of any length. */
  readonly qeAuthentication: Uint8Array
  readonly certification: { readonly type: number; readonly data: Uint8Array }
}

/**
 * Takes a quote of version 3 apart. Zero bytes after it are tolerated: quote providers hand out fixed buffers.
 *
 * @throws FormatError
 */
export function readQuote(bytes: Uint8Array): Quote {
  const header = readHeader(bytes)
  const quote = new Reader(bytes)
  const signed = quote.take(headerLength + reportLength)
  const section = new Reader(quote.take(quote.u32()))
  if (!isZero(quote.rest())) throw new FormatError('bytes after it')

  const signature = section.take(64)
  const attestationKey = concat(Uint8Array.of(4), section.take(64))
  const qeSigned = section.take(reportLength)
  const qeSignature = section.take(64)
  const qeAuthentication = section.take(section.u16())
  const certification = { type: section.u16(), data: section.take(section.u32()) }
  section.end()

  const report = readReport(signed.subarray(headerLength))
  const qeReport = readReport(qeSigned)
  return {
    header,
    report,
    signed,
    signature,
    attestationKey,
    qeSigned,
    qeReport,
    qeSignature,
    qeAuthentication,
    certification,
  }
}
