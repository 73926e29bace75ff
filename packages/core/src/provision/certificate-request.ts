import type { VerifiedEnclave } from '@mse/attest'
import { createPublicKey, verify } from 'node:crypto'
import { exchange, type Endpoint } from '../attest/channel.ts'
import { MseError } from '../error.ts'

/**
 * Asks an enclave for the request for a certificate (PKCS#10, PEM) that it made for its TLS key, and checks that it is for that key:
 * whoever has another one certified in the owner's name has given the name away.
 *
 * @throws MseError `tls/request`, `tls/other-key`, `serve/*`, `certificate/other-key`
 */
export async function fetchRequest(
  enclave: Pick<VerifiedEnclave, 'tlsKey'>,
  endpoint: Endpoint,
  shown: Uint8Array,
): Promise<string> {
  const answer = await exchange(endpoint, shown, { method: 'GET', path: '/.well-known/mse/request.pem' })
  if (answer.status !== 200) throw malformed(`HTTP ${answer.status}`)
  return checkRequest(answer.body, enclave.tlsKey)
}

/**
 * @param pem RFC 7468, "CERTIFICATE REQUEST"
 * @param key SubjectPublicKeyInfo (DER) that it has to be for
 * @throws MseError `tls/request`, `tls/other-key`
 */
export function checkRequest(pem: Uint8Array, key: Uint8Array): string {
  const text = Buffer.from(pem).toString('latin1')
  const base64 = /^-----BEGIN CERTIFICATE REQUEST-----\n([A-Za-z0-9+/=\n]+)-----END CERTIFICATE REQUEST-----\n?$/.exec(
    text,
  )?.[1]
  if (base64 === undefined) throw malformed('no PEM of one request')
  const { info, found, signature } = open(Buffer.from(base64, 'base64'))
  if (!found.equals(key)) {
    throw new MseError('tls/other-key', 'the request is for another key than the attested one', {
      next: 'Do not have it certified: whoever made it would have a certificate in your name.',
    })
  }
  const signer = createPublicKey({ key: found, type: 'spki', format: 'der' })
  if (!verify('sha256', info, signer, signature)) throw malformed('not signed by its key')
  return text
}

/** CertificationRequest (RFC 2986, §4): what is signed, the key within it, and the signature. */
function open(der: Buffer): { readonly info: Buffer; readonly found: Buffer; readonly signature: Buffer } {
  const [info, , signature] = valuesIn(contentOf(der))
  const [, , found] = valuesIn(contentOf(info ?? Buffer.alloc(0))) // after version and subject
  if (info === undefined || found === undefined || signature === undefined) throw malformed('something is missing')
  return { info, found, signature: contentOf(signature).subarray(1) } // a BIT STRING begins with its unused bits
}

/** The values in the content of a DER value, each with its header. */
function valuesIn(content: Buffer): Buffer[] {
  const values: Buffer[] = []
  for (let at = 0; at < content.length;) {
    const { start, length } = headerOf(content.subarray(at))
    values.push(content.subarray(at, at + start + length))
    at += start + length
  }
  return values
}

function contentOf(value: Buffer): Buffer {
  const { start, length } = headerOf(value)
  return value.subarray(start, start + length)
}

/** Tag of one byte, length of one to three (X.690, §8.1). */
function headerOf(value: Buffer): { readonly start: number; readonly length: number } {
  const [, first = 0] = value
  const bytes = first < 0x80 ? 0 : first - 0x80
  const length = bytes === 0 ? first : bytes <= 2 && value.length >= 2 + bytes ? value.readUIntBE(2, bytes) : Infinity
  if (value.length < 2 + bytes + length) throw malformed('it ends early')
  return { start: 2 + bytes, length }
}

function malformed(found: string): MseError {
  return new MseError('tls/request', 'this is no request for a certificate of an enclave', {
    expected: 'PKCS#10 in PEM',
    found,
  })
}
