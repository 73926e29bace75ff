import { viewOf } from '../bytes.ts'
import { FormatError } from '../error.ts'
import { headerLength, type QuoteHeader } from './header.ts'

/** Where the body of a quote lies, and what it is. */
export interface Layout {
  readonly tee: 'sgx' | 'tdx'
  /** As version 5 numbers them; earlier versions have one body for each TEE. */
  readonly bodyType: number
  readonly bodyStart: number
  /** As the quote says; of earlier versions as the format says. */
  readonly bodySize: number
}

/** Body type → what it is (Intel TDX DCAP Quoting Library API, A.4: 1 SGX report, 2 TD report 1.0, 3 1.5, 4 1.5 extended). */
export const bodies: Readonly<Record<number, { readonly tee: 'sgx' | 'tdx'; readonly size: number }>> = {
  1: { tee: 'sgx', size: 384 },
  2: { tee: 'tdx', size: 584 },
  3: { tee: 'tdx', size: 648 },
  4: { tee: 'tdx', size: 885 },
}

/** TEE type of a header → TEE. Version 3 knows SGX alone. */
export function teeOf({ version, teeType }: QuoteHeader): 'sgx' | 'tdx' | undefined {
  if (teeType === 0) return 'sgx'
  return teeType === 0x81 && version > 3 ? 'tdx' : undefined
}

/** @throws FormatError if a quote of version 5 ends inside its body descriptor */
export function readLayout(quote: Uint8Array, { version }: QuoteHeader, tee: 'sgx' | 'tdx'): Layout {
  if (version < 5) {
    const bodyType = tee === 'sgx' ? 1 : 2
    return { tee, bodyType, bodyStart: headerLength, bodySize: bodies[bodyType]?.size ?? 0 }
  }
  const bodyStart = headerLength + 6
  if (quote.length < bodyStart) throw new FormatError('it ends before its body')
  const view = viewOf(quote)
  const bodyType = view.getUint16(headerLength, true)
  return { tee, bodyType, bodyStart, bodySize: view.getUint32(headerLength + 2, true) }
}
