import { fromHex } from '../bytes.ts'
import { bits, commonName, der, sequence, small, time } from './der-writer.ts'
import { signatureAlgorithm, signTbs } from './certificate-signature.ts'
import { extension } from './certificate-writer.ts'

/** What goes into a revocation list. */
export interface CrlFields {
  readonly issuer: string
  readonly thisUpdate: Date
  /** Left out if undefined. */
  readonly nextUpdate: Date | undefined
  /** Hex of serial numbers as certificates have them. */
  readonly revoked: readonly string[]
  /** Each a whole Extension, DER. */
  readonly extensions: readonly Uint8Array[]
  /** Each a whole Extension, DER, of every entry; none if empty. */
  readonly entryExtensions: readonly Uint8Array[]
  readonly signedBy: CryptoKey
}

/** A revocation list of version 2 (RFC 5280, §5.1), DER. */
export async function issueCrl(fields: CrlFields): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = signatureAlgorithm(fields.signedBy)
  const { entryExtensions, nextUpdate } = fields
  const entries = fields.revoked.map((serial) =>
    sequence(
      der(0x02, fromHex(serial)),
      time(fields.thisUpdate),
      ...(entryExtensions.length === 0 ? [] : [sequence(...entryExtensions)]),
    ),
  )
  const signed = sequence(
    small(1),
    algorithm,
    commonName(fields.issuer),
    time(fields.thisUpdate),
    ...(nextUpdate === undefined ? [] : [time(nextUpdate)]),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    der(0xa0, sequence(...fields.extensions)),
  )
  return sequence(signed, algorithm, bits(await signTbs(fields.signedBy, signed)))
}

/** CRL number: every list has one (RFC 5280, §5.2.3). */
export function crlNumber(number: number): Uint8Array<ArrayBuffer> {
  return extension('2.5.29.20', small(number))
}

/** Why an entry was revoked (RFC 5280, §5.3.1): keyCompromise. */
export const keyCompromise: Uint8Array<ArrayBuffer> = extension('2.5.29.21', der(0x0a, Uint8Array.of(1)))
