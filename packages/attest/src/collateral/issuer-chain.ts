import { FormatError } from '../error.ts'
import { pemToDers } from '../x509/pem.ts'
import type { FetchAnswer } from './fetch.ts'

/**
 * The PEM chain that travels percent-encoded in a header, signer first. The names of headers have changed between versions
 * of the interface: with and without `SGX-`.
 *
 * @throws FormatError
 */
export function readIssuerChain(headers: FetchAnswer['headers'], name: string): string {
  const text = headers.get(name) ?? headers.get(`SGX-${name}`)
  if (text === null) throw new FormatError(`no header ${name}`)
  const pem = percentDecode(text)
  pemToDers(withoutNul(pem))
  return pem
}

/** Some of Intel's libraries end a chain as C ends a string. */
export function withoutNul(pem: string): string {
  return pem.endsWith('\0') ? pem.slice(0, -1) : pem
}

function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new FormatError('a chain that is not percent-encoded')
  }
}
