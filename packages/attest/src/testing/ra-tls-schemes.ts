import { ascii, concat } from '../bytes.ts'
import { sha256 } from '../crypto.ts'
import { platforms } from '../platform.ts'
import type { RaTlsScheme } from '../ra-tls/schemes.ts'
import { evidenceReportData } from '../report-data.ts'
import { readDer } from '../x509/der.ts'
import { toPem } from '../x509/pem.ts'
import { readPublicKey } from '../x509/public-key.ts'
import { cborArray, cborBytes, cborHead, cborMap, cborTag } from './cbor-writer.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** How a key is shown under a scheme. */
export interface ShownKey {
  /** What the quote has to be over, 64 bytes. */
  readonly reportData: Bytes
  /** Of the extension. */
  readonly oid: string
  /** The extension's value. */
  readonly wrap: (quote: Uint8Array) => Bytes
}

/** What shall be wrong with DICE evidence. */
export interface OddClaims {
  /** Replaces the encoded claims; the quote is over them all the same. */
  readonly claims?: Uint8Array
}

/** @param rest REPORTDATA[32:64] */
export async function showKey(
  scheme: RaTlsScheme,
  publicKey: CryptoKey,
  rest: Uint8Array,
  odd: OddClaims = {},
): Promise<ShownKey> {
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', publicKey))
  const show = async (oid: string, bound: Uint8Array, wrap: ShownKey['wrap']): Promise<ShownKey> => ({
    reportData: await evidenceReportData(bound, rest),
    oid,
    wrap,
  })
  switch (scheme) {
    case 'mse':
      return show(platforms.software.oid, keyBits(spki), (quote) => concat(quote))
    case 'Cosmian':
      return show('1.2.840.113741.1337.6', keyBits(spki), (quote) => concat(quote))
    case 'Gramine legacy':
      return show('0.6.9.42.840.113741.1337.6', spki, (quote) => concat(quote))
    case 'Open Enclave':
      return show('1.2.840.113556.10.1.1', concat(ascii(toPem('PUBLIC KEY', spki)), Uint8Array.of(0)), openEnclave)
    case 'DICE': {
      const claims = odd.claims ?? cborMap(['pubkey-hash', cborBytes(keyHash(1, await sha256(spki)))])
      return show('2.23.133.5.4.9', claims, (quote) => taggedEvidence(quote, claims))
    }
  }
}

/** DICE tagged evidence: a quote and the encoded claims that it is over. */
export function taggedEvidence(quote: Uint8Array, claims: Uint8Array, tag: number = 60_000): Bytes {
  return cborTag(tag, cborArray(cborBytes(quote), cborBytes(claims)))
}

/** What the byte string of `pubkey-hash` holds. @param algorithm RFC 6920: 1 SHA-256, 7 SHA-384, 8 SHA-512 */
export function keyHash(algorithm: number, hash: Uint8Array): Bytes {
  return cborArray(cborHead(0, algorithm), cborBytes(hash))
}

/** Content of subjectPublicKey. */
export function keyBits(spki: Uint8Array): Uint8Array {
  return readPublicKey(readDer(spki)).bits
}

function openEnclave(quote: Uint8Array): Bytes {
  const header = new DataView(new ArrayBuffer(16))
  header.setUint32(0, 1, true)
  header.setUint32(4, 2, true)
  header.setUint32(8, quote.length, true)
  return concat(new Uint8Array(header.buffer), quote)
}
