import { FormatError } from '../error.ts'
import { demandMembers, parseObject } from '../json.ts'
import { Ledger } from '../ledger.ts'
import { readDer } from '../x509/der.ts'
import { pemToDers } from '../x509/pem.ts'
import { largestEvidence, schema, type Evidence } from './evidence.ts'

/**
 * Reads evidence in any of its forms: the evidence file (`mse-evidence/1`), a PEM certificate, a DER certificate.
 * At most 256 KiB. The certificate is unwrapped, not judged.
 *
 * @throws AttestationError `evidence/malformed`
 */
export function decodeEvidence(bytes: Uint8Array): Evidence {
  return new Ledger().decode('evidence/malformed', () => {
    if (bytes.length > largestEvidence) throw new FormatError('more than 256 KiB')
    const certificate = bytes[0] === 0x30 ? bytes.slice() : unwrap(toText(bytes))
    readDer(certificate)
    return { certificate }
  })
}

function unwrap(text: string): Uint8Array {
  const pem = text.trimStart().startsWith('{') ? readFile(text) : text
  const [der, ...more] = pemToDers(pem)
  if (der === undefined || more.length > 0) throw new FormatError('more than one certificate')
  return der
}

function readFile(text: string): string {
  const file = parseObject(text)
  if (file['schema'] !== schema) throw new FormatError(`not of schema ${schema}`)
  demandMembers(file, ['schema', 'certificate'])
  const pem = file['certificate']
  if (typeof pem !== 'string') throw new FormatError('"certificate" is not a string')
  return pem
}

function toText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new FormatError('neither JSON, PEM nor DER')
  }
}
