import { concat, isZero } from '../bytes.ts'
import { FormatError } from '../error.ts'
import { readHeader, type QuoteHeader } from './header.ts'
import type { Layout } from './layout.ts'
import { Reader } from './reader.ts'
import { readReport, reportLength, type Report } from './report.ts'
import { readTdReport, type TdReport } from './td-report.ts'

/** What a quote is about. */
export type Body = Report | TdReport

/** A quote taken apart (Intel SGX ECDSA QuoteGenReference, appendix A.4; Intel TDX DCAP Quoting Library API, A.3 and A.4). Nothing in it is judged yet. */
export interface Quote {
  readonly header: QuoteHeader
  readonly body: Body
  /** Header and body: what the attestation key signs. */
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
  /** Bytes of the signature section that no field accounts for. */
  readonly unaccounted: number
  /** Whether what follows the quote is zero, or nothing. */
  readonly endsInZeroes: boolean
}

/**
 * Takes a quote of version 3, 4 or 5 apart.
 *
 * @throws FormatError if a length runs past the end
 */
export function readQuote(bytes: Uint8Array, layout: Layout): Quote {
  const quote = new Reader(bytes)
  const signed = quote.take(layout.bodyStart + layout.bodySize)
  const section = new Reader(quote.take(quote.u32()))
  const signature = section.take(64)
  const attestationKey = concat(Uint8Array.of(4), section.take(64))
  const header = readHeader(bytes)

  const certified = header.version === 3 ? section : unwrap(section)
  const qeSigned = certified.take(reportLength)
  const qeSignature = certified.take(64)
  const qeAuthentication = certified.take(certified.u16())
  const certification = { type: certified.u16(), data: certified.take(certified.u32()) }

  const body = signed.subarray(layout.bodyStart)
  return {
    header,
    body: layout.tee === 'sgx' ? readReport(body) : readTdReport(body),
    signed,
    signature,
    attestationKey,
    qeSigned,
    qeReport: readReport(qeSigned),
    qeSignature,
    qeAuthentication,
    certification,
    unaccounted: section.rest().length + certified.rest().length,
    endsInZeroes: isZero(quote.rest()),
  }
}

/** From version 4 on, the quoting enclave's part is certification data of type 6, and holds other certification data in turn. */
function unwrap(section: Reader): Reader {
  const type = section.u16()
  if (type !== 6) throw new FormatError(`certification data of type ${type} in place of 6`, 'wrapping')
  return new Reader(section.take(section.u32()))
}
