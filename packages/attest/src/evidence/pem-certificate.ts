import { FormatError } from '../error.ts'
import { pemToDers } from '../x509/pem.ts'

/**
 * The one certificate of a PEM text, DER; unwrapped, not judged.
 *
 * @throws FormatError
 */
export function pemToCertificate(text: string): Uint8Array<ArrayBuffer> {
  const [der, ...more] = pemToDers(text)
  if (der === undefined || more.length > 0) throw new FormatError('more than one certificate')
  return der
}
