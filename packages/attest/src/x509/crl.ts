import { toHex } from '../bytes.ts'
import { FormatError } from '../error.ts'
import { demandEcdsaSha256 } from './certificate.ts'
import { demandSame, readName, readSerial } from './certificate-parts.ts'
import { readDer, type DerValue } from './der.ts'
import { readExtensionList } from './extensions.ts'
import { Fields, smallInteger, wholeBits } from './fields.ts'
import * as Tag from './tag.ts'
import { readSignatureValue } from './signature-value.ts'
import { readTime } from './time.ts'

/** A certificate revocation list of version 2, signed with ecdsa-with-SHA256 (RFC 5280, §5.1). */
export interface Crl {
  /** TBSCertList, the bytes that are signed. */
  readonly signed: Uint8Array
  /** r ‖ s, 64 bytes. */
  readonly signature: Uint8Array
  /** Name, DER. */
  readonly issuer: Uint8Array
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  /** Hex of the INTEGER's content of each certificate of this issuer that is revoked. */
  readonly revoked: ReadonlySet<string>
}

/**
 * What makes a list a part of one: deltaCRLIndicator, which changes another list, and issuingDistributionPoint, which leaves
 * certificates or reasons out (RFC 5280, §5.2.4 and §5.2.5). Critical by the book; refused also where they are not.
 */
const partial: readonly string[] = ['2.5.29.27', '2.5.29.28']

/** Values of a list as long as any is read: some 4 600 revocations with a reason. Intel's longest has had 57. */
export const mostInCrl = 32_768

/**
 * Decodes one revocation list and nothing more. Critical extensions are all refused: none is known that could be followed here.
 *
 * @param der not empty
 * @throws FormatError also without nextUpdate
 */
export function readCrl(der: Uint8Array): Crl {
  const outer = new Fields(readDer(der, mostInCrl), 'the revocation list')
  const signed = outer.take(Tag.sequence)
  const algorithm = outer.take(Tag.sequence)
  const signature = readSignatureValue(wholeBits(outer.take(Tag.bitString), 'the signature'), 32)
  outer.end()

  const fields = new Fields(signed, 'the revocation list')
  if (smallInteger(fields.take(Tag.integer), 'the version', 255) !== 1) throw new FormatError('not of version 2')
  demandSame(algorithm, fields.take(Tag.sequence))
  demandEcdsaSha256(algorithm)
  const issuer = readName(fields.take(Tag.sequence))
  const thisUpdate = readTime(fields.takeAny())
  const nextUpdate = readTime(fields.takeAny())
  const entries = fields.takeIf(Tag.sequence)?.children ?? []
  readCrlExtensions(fields.take(0xa0))
  fields.end()
  return { signed: signed.bytes, signature, issuer, thisUpdate, nextUpdate, revoked: new Set(entries.map(readEntry)) }
}

function readEntry(entry: DerValue): string {
  const fields = new Fields(entry, 'a revocation')
  const serial = toHex(readSerial(fields.take(Tag.integer)))
  readTime(fields.takeAny())
  const extensions = fields.takeIf(Tag.sequence)
  fields.end()
  // certificateIssuer, which would make it another issuer's entry, is critical (§5.3.3).
  if (extensions !== undefined) readExtensionList(extensions, [])
  return serial
}

function readCrlExtensions(value: DerValue): void {
  const outer = new Fields(value, 'the extensions', 0xa0)
  const extensions = readExtensionList(outer.takeAny(), [])
  outer.end()
  if (extensions.some(({ oid }) => partial.includes(oid))) throw new FormatError('a part of a list', 'critical')
}
