import { equal } from '../bytes.ts'
import { FormatError } from '../error.ts'
import { commonNameOf } from './common-name.ts'
import { readDer, type DerValue } from './der.ts'
import {
  readAuthority,
  readExtensions,
  readKeyUsage,
  type Authority,
  type Extension,
  type KeyUsage,
} from './extensions.ts'
import { expectTag, Fields, smallInteger, wholeBits } from './fields.ts'
import * as Tag from './tag.ts'
import { readTime } from './time.ts'

/** What every X.509 v3 certificate has, whatever its key (RFC 5280, §4.1). */
export interface CertificateParts {
  /** All of it, DER. */
  readonly bytes: Uint8Array
  /** TBSCertificate, the bytes that are signed. */
  readonly signed: Uint8Array
  /** Content of the INTEGER: two's complement, minimal, not negative. */
  readonly serial: Uint8Array
  /** Name, DER. */
  readonly issuer: Uint8Array
  /** Name, DER. */
  readonly subject: Uint8Array
  readonly notBefore: Date
  readonly notAfter: Date
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array
  readonly extensions: readonly Extension[]
  readonly authority: Authority | undefined
  readonly keyUsage: KeyUsage | undefined
  /** Of the subject: see `commonNameOf`. */
  readonly commonName: string | undefined
}

/** What depends on the algorithms, still undecoded. */
export interface OpenParts {
  /** SEQUENCE, the same beside the signature and among what is signed. */
  readonly signatureAlgorithm: DerValue
  /** Content of the signature's BIT STRING. */
  readonly signatureBits: Uint8Array
  /** SubjectPublicKeyInfo. */
  readonly publicKey: DerValue
}

/**
 * Decodes one certificate and nothing more, up to its key and its signature.
 *
 * @param alsoKnown OIDs of extensions that may be critical beside those of RFC 5280 that are read here
 * @throws FormatError also for other versions, and for critical extensions that are not known
 */
export function readCertificateParts(
  der: Uint8Array,
  alsoKnown: readonly string[] = [],
): { readonly parts: CertificateParts; readonly open: OpenParts } {
  const outer = new Fields(readDer(der), 'the certificate')
  const signed = outer.take(Tag.sequence)
  const signatureAlgorithm = outer.take(Tag.sequence)
  const signatureBits = wholeBits(outer.take(Tag.bitString), 'the signature')
  outer.end()

  const fields = new Fields(signed, 'the certificate')
  readVersion(fields.take(0xa0))
  const serial = readSerial(fields.take(Tag.integer))
  demandSame(signatureAlgorithm, fields.take(Tag.sequence))
  const issuer = readName(fields.take(Tag.sequence))
  const [notBefore, notAfter] = readValidity(fields.take(Tag.sequence))
  const name = fields.take(Tag.sequence)
  const subject = readName(name)
  const publicKey = fields.take(Tag.sequence)
  const extensions = readExtensions(fields.take(0xa3), alsoKnown)
  fields.end()

  return {
    parts: {
      bytes: der,
      signed: signed.bytes,
      serial,
      issuer,
      subject,
      notBefore,
      notAfter,
      spki: publicKey.bytes,
      extensions,
      authority: readAuthority(extensions),
      keyUsage: readKeyUsage(extensions),
      commonName: commonNameOf(name),
    },
    open: { signatureAlgorithm, signatureBits, publicKey },
  }
}

function readVersion(value: DerValue): void {
  const fields = new Fields(value, 'the version', 0xa0)
  const version = fields.take(Tag.integer)
  fields.end()
  if (smallInteger(version, 'the version', 255) !== 2) throw new FormatError('the certificate is not of version 3')
}

/** Of a certificate or a revocation: at most 20 bytes and a sign (RFC 5280, §4.1.2.2). */
export function readSerial({ content }: DerValue): Uint8Array {
  if ((content[0] ?? 0) >= 0x80 || content.length > 21) throw new FormatError('the serial number is out of range')
  return content
}

/** The algorithm beside the signature is covered by no signature; only the one inside is (RFC 5280, §4.1.1.2). */
export function demandSame(outside: DerValue, inside: DerValue): void {
  if (!equal(outside.bytes, inside.bytes)) throw new FormatError('two different signature algorithms')
}

export function readName(name: DerValue): Uint8Array {
  for (const set of name.children) {
    if (expectTag(set, Tag.set, 'a name').children.length === 0) throw new FormatError('a name with an empty part')
    for (const attribute of set.children) {
      const fields = new Fields(attribute, 'a name')
      fields.take(Tag.oid)
      fields.takeAny()
      fields.end()
    }
  }
  return name.bytes
}

function readValidity(value: DerValue): readonly [Date, Date] {
  const fields = new Fields(value, 'the validity')
  const dates = [readTime(fields.takeAny()), readTime(fields.takeAny())] as const
  fields.end()
  return dates
}
