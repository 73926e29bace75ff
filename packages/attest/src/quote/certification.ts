import { FormatError } from '../error.ts'
import { pemToDers } from '../x509/pem.ts'
import type { Quote } from './quote.ts'

/**
 * The certificates of certification data type 5: leaf, CA and root, concatenated PEM, often with a final NUL.
 *
 * @returns three certificates, DER
 * @throws FormatError
 */
export function readCertification({ type, data }: Quote['certification']): readonly Uint8Array[] {
  if (type !== 5) throw new FormatError(`certification data of type ${type}`)
  const text = data[data.length - 1] === 0 ? data.subarray(0, -1) : data
  if (text.some((byte) => byte === 0 || byte >= 0x80)) throw new FormatError('certification data that is not text')
  const ders = pemToDers(new TextDecoder().decode(text))
  if (ders.length !== 3) throw new FormatError(`${ders.length} certificates`)
  return ders
}
