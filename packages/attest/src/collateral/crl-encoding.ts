import { fromBase64 } from '../base64.ts'
import { FormatError } from '../error.ts'
import { mostInCrl } from '../x509/crl.ts'
import { readDer } from '../x509/der.ts'

/**
 * A revocation list as DER, of any form that services send: DER, PEM (PCS without `encoding=der`), hexadecimal text (PCCS).
 * The three cannot be taken for one another: they begin with 0x30, `-` and `3`.
 *
 * @throws FormatError if it is not one whole DER value
 */
export function decodeCrl(bytes: Uint8Array): Uint8Array {
  const der = bytes[0] === 0x30 ? bytes : fromText(new TextDecoder().decode(bytes).trim())
  readDer(der, mostInCrl)
  return der
}

function fromText(text: string): Uint8Array {
  if (/^(?:[0-9a-fA-F]{2})+$/.test(text)) {
    return Uint8Array.from({ length: text.length / 2 }, (_, at) => Number.parseInt(text.slice(2 * at, 2 * at + 2), 16))
  }
  const body = /^-----BEGIN X509 CRL-----\r?\n([^-]*)-----END X509 CRL-----$/.exec(text)?.[1]
  if (body === undefined) throw new FormatError('a revocation list that is neither DER, PEM nor hexadecimal')
  return fromBase64(body.replace(/[\r\n]/g, ''))
}
