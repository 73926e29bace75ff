import { FormatError } from '../error.ts'
import { readDer } from '../x509/der.ts'
import { expectTag } from '../x509/fields.ts'
import * as Tag from '../x509/tag.ts'
import { Reader } from '../quote/reader.ts'

/** `OE_REPORT_TYPE_SGX_REMOTE`. */
const remoteReport = 2

/**
 * Unwraps an Open Enclave report: version 1, type 2 (each u32, little-endian), the quote's size (u64), the quote. The
 * certificates of Microsoft Azure Attestation have an OCTET STRING around the quote under the same OID; the first byte
 * tells them apart.
 *
 * @throws FormatError
 */
export function readOpenEnclaveReport(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === Tag.octetString) return expectTag(readDer(bytes), Tag.octetString, 'the report').content
  const reader = new Reader(bytes)
  const [version, type, low, high] = [reader.u32(), reader.u32(), reader.u32(), reader.u32()]
  if (version !== 1 || type !== remoteReport)
    throw new FormatError(`an Open Enclave report of version ${version}, type ${type}`)
  const quote = reader.rest()
  if (high !== 0 || low !== quote.length) throw new FormatError('an Open Enclave report of another size than it says')
  return quote
}
