import { toHex, viewOf } from '../bytes.ts'
import { FormatError } from '../error.ts'

export const headerLength = 48

/** Quote header (Intel SGX ECDSA QuoteGenReference, appendix A.4, table 3; the same for TDX, Intel TDX DCAP Quoting Library API, A.3.1). */
export interface QuoteHeader {
  readonly version: number
  /** 2: ECDSA P-256. */
  readonly keyType: number
  /** 0: SGX. 0x81: TDX. Reserved, and 0, in version 3. */
  readonly teeType: number
  /** Of version 3: SVNs of quoting enclave and provisioning certification enclave, which decide nothing; reserved in others. */
  readonly qeSvn: number
  readonly pceSvn: number
  /** 32 hex digits. */
  readonly vendorId: string
  /** 20 bytes, of which the first 16 name the platform's quoting enclave. */
  readonly userData: Uint8Array
}

/** @throws FormatError if there are fewer than 48 bytes */
export function readHeader(quote: Uint8Array): QuoteHeader {
  if (quote.length < headerLength) throw new FormatError('it ends inside its header')
  const view = viewOf(quote)
  return {
    version: view.getUint16(0, true),
    keyType: view.getUint16(2, true),
    teeType: view.getUint32(4, true),
    qeSvn: view.getUint16(8, true),
    pceSvn: view.getUint16(10, true),
    vendorId: toHex(quote.subarray(12, 28)),
    userData: quote.subarray(28, headerLength),
  }
}
