import { der, integer, oid, sequence } from './der-writer.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** AlgorithmIdentifier of what `signTbs` makes with a key: P-256 with SHA-256, P-384 with SHA-384, RSA with SHA-256. */
export function signatureAlgorithm(key: CryptoKey): Bytes {
  if (isRsa(key)) return sequence(oid('1.2.840.113549.1.1.11'), der(0x05))
  return sequence(oid(isP384(key) ? '1.2.840.10045.4.3.3' : '1.2.840.10045.4.3.2'))
}

/** The content of a certificate's signature: SEQUENCE { r, s }, or what RSASSA-PKCS1-v1_5 makes. */
export async function signTbs(key: CryptoKey, message: Bytes): Promise<Bytes> {
  const algorithm = { name: key.algorithm.name, hash: isP384(key) ? 'SHA-384' : 'SHA-256' }
  const raw = new Uint8Array(await crypto.subtle.sign(algorithm, key, message))
  if (isRsa(key)) return raw
  return sequence(integer(raw.subarray(0, raw.length / 2)), integer(raw.subarray(raw.length / 2)))
}

function isRsa(key: CryptoKey): boolean {
  return key.algorithm.name === 'RSASSA-PKCS1-v1_5'
}

function isP384(key: CryptoKey): boolean {
  return 'namedCurve' in key.algorithm && key.algorithm.namedCurve === 'P-384'
}
