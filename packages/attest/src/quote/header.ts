import { FormatError } from '../error.ts'
import { toHex } from '../bytes.ts'

export const headerLength = 48

/** Quote header (Intel SGX ECDSA QuoteGenReference, appendix A.4, table 3). */
export interface QuoteHeader {
  readonly version: number
  /** 2: ECDSA P-256. */
  readonly keyType: number
  /** 0: SGX. Reserved, and 0, in version 3. */
  readonly teeType: number
  /** 32 hex digits. */
  readonly vendorId: string
}

/** @throws FormatError if there are fewer than 48 bytes */
export function readHeader(quote: Uint8Array): QuoteHeader {
  if (quote.length < headerLength) throw new FormatError('it ends inside its header')
  const view = new DataView(quote.buffer, quote.byteOffset, quote.length)
  return {
    version: view.getUint16(0, true),
    keyType: view.getUint16(2, true),
    teeType: view.getUint32(4, true),
    vendorId: toHex(quote.subarray(12, 28)),
  }
}
