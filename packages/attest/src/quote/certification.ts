import { FormatError } from '../error.ts'
import { toText } from '../utf8.ts'
import { pemToDers } from '../x509/pem.ts'
import type { Quote } from './quote.ts'

/** Types of certification data (Intel SGX ECDSA QuoteGenReference, appendix A.4, table 9), for those who read a refusal. */
const names: Readonly<Record<number, string>> = {
  1: 'a PPID in clear',
  2: 'a PPID encrypted with RSA-2048',
  3: 'a PPID encrypted with RSA-3072',
  4: 'a PCK certificate without its chain',
  6: 'the report of a quoting enclave',
  7: 'a platform manifest',
}

/**
 * The certificates of certification data type 5: PCK certificate, CA and root, concatenated PEM, often with a final NUL.
 * Other types name a platform whose certificate would have to be fetched.
 *
 * @returns three certificates, DER, in the order in which they lie there
 * @throws FormatError
 */
export function readCertification({ type, data }: Quote['certification']): readonly Uint8Array[] {
  if (type !== 5) throw new FormatError(`certification data of type ${type}, ${names[type] ?? 'which is not known'}`)
  const text = data[data.length - 1] === 0 ? data.subarray(0, -1) : data
  const ders = pemToDers(toText(text, 'certification data that is not text'))
  if (ders.length !== 3) throw new FormatError(`${ders.length} certificates`)
  return ders
}
