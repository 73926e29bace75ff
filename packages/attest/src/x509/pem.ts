import { fromBase64, toBase64 } from '../base64.ts'
import { FormatError } from '../error.ts'

/** Labels of RFC 7468. */
type Label = 'CERTIFICATE' | 'X509 CRL' | 'PUBLIC KEY'

/**
 * The contents of concatenated PEM blocks (RFC 7468), as DER. Between blocks: line ends or nothing, as old quote
 * providers left it. Explanatory text and other white space are refused: no signature covers them.
 *
 * @throws FormatError
 */
export function pemToDers(text: string, label: Label = 'CERTIFICATE'): readonly Uint8Array<ArrayBuffer>[] {
  const blocks = text.split(`-----BEGIN ${label}-----`)
  const [before = '', ...bodies] = blocks
  if (/[^\r\n]/.test(before) || bodies.length === 0) throw new FormatError(`not PEM of type ${label}`)
  return bodies.map((body) => {
    const [base64 = '', after, ...more] = body.split(`-----END ${label}-----`)
    if (after === undefined || more.length > 0 || /[^\r\n]/.test(after))
      throw new FormatError('a PEM block without its end')
    return fromBase64(base64.replace(/[\r\n]/g, ''))
  })
}

/** One PEM block of a certificate: 64 columns, a final newline. */
export function certificateToPem(der: Uint8Array): string {
  return toPem('CERTIFICATE', der)
}

/** One PEM block: 64 columns, a final newline. */
export function toPem(label: Label, der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
