import { equal } from '../bytes.ts'
import { isPoint } from '../crypto.ts'
import { FormatError } from '../error.ts'
import { readDer, type DerValue } from './der.ts'
import {
  readAuthority,
  readExtensions,
  readKeyUsage,
  type Authority,
  type Extension,
  type KeyUsage,
} from './extensions.ts'
import { expectTag, Fields, Tag, wholeBits } from './fields.ts'
import { readOid } from './oid.ts'
import { readSignatureValue } from './signature-value.ts'
import { readTime } from './time.ts'

/** An X.509 v3 certificate of a P-256 key, signed with ecdsa-with-SHA256 (RFC 5280, §4.1). */
export interface Certificate {
  /** TBSCertificate, the bytes that are signed. */
  readonly signed: Uint8Array
  /** r ‖ s, 64 bytes. */
  readonly signature: Uint8Array
  /** Name, DER. */
  readonly issuer: Uint8Array
  /** Name, DER. */
  readonly subject: Uint8Array
  readonly notBefore: Date
  readonly notAfter: Date
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array
  /** 0x04 ‖ X ‖ Y, 65 bytes, on the curve. */
  readonly point: Uint8Array
  readonly extensions: readonly Extension[]
  readonly authority: Authority | undefined
  readonly keyUsage: KeyUsage | undefined
}

/**
 * Decodes one certificate and nothing more.
 *
 * @throws FormatError also for other algorithms, versions, and critical extensions that are not known
 */
export function readCertificate(der: Uint8Array): Certificate {
  const outer = new Fields(readDer(der), 'the certificate')
  const signed = outer.take(Tag.sequence)
  const algorithm = outer.take(Tag.sequence)
  const signature = readSignatureValue(wholeBits(outer.take(Tag.bitString), 'the signature'))
  outer.end()

  const fields = new Fields(signed, 'the certificate')
  readVersion(fields.take(0xa0))
  readSerial(fields.take(Tag.integer))
  readSignatureAlgorithm(algorithm, fields.take(Tag.sequence))
  const issuer = readName(fields.take(Tag.sequence))
  const [notBefore, notAfter] = readValidity(fields.take(Tag.sequence))
  const subject = readName(fields.take(Tag.sequence))
  const spki = fields.take(Tag.sequence)
  const extensions = readExtensions(fields.take(0xa3))
  fields.end()

  return {
    signed: signed.bytes,
    signature,
    issuer,
    subject,
    notBefore,
    notAfter,
    spki: spki.bytes,
    point: readPoint(spki),
    extensions,
    authority: readAuthority(extensions),
    keyUsage: readKeyUsage(extensions),
  }
}

function readVersion(value: DerValue): void {
  const fields = new Fields(value, 'the version', 0xa0)
  const version = fields.take(Tag.integer)
  fields.end()
  if (!equal(version.content, Uint8Array.of(2))) throw new FormatError('the certificate is not of version 3')
}

function readSerial({ content }: DerValue): void {
  if ((content[0] ?? 0) >= 0x80 || content.length > 21) throw new FormatError('the serial number is out of range')
}

/** The algorithm beside the signature and the one that is signed are the same: ecdsa-with-SHA256, no parameters. */
function readSignatureAlgorithm(outside: DerValue, inside: DerValue): void {
  const fields = new Fields(inside, 'the signature algorithm')
  const oid = readOid(fields.takeAny(), 'the signature algorithm')
  fields.end()
  if (oid !== '1.2.840.10045.4.3.2') throw new FormatError(`the signature algorithm is ${oid}`)
  if (!equal(outside.bytes, inside.bytes)) throw new FormatError('two different signature algorithms')
}

function readName(name: DerValue): Uint8Array {
  for (const set of name.children) {
    if (expectTag(set, Tag.set, 'a name').children.length === 0) throw new FormatError('a name with an empty part')
    for (const attribute of set.children) {
      const fields = new Fields(attribute, 'a name')
      readOid(fields.takeAny(), 'a name')
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

/** id-ecPublicKey on prime256v1, uncompressed (RFC 5480, §2). */
function readPoint(spki: DerValue): Uint8Array {
  const fields = new Fields(spki, 'the public key')
  const algorithm = new Fields(fields.take(Tag.sequence), 'the public key')
  const oids = [readOid(algorithm.takeAny(), 'the public key'), readOid(algorithm.takeAny(), 'the public key')]
  algorithm.end()
  const point = wholeBits(fields.take(Tag.bitString), 'the public key')
  fields.end()
  if (oids.join() !== '1.2.840.10045.2.1,1.2.840.10045.3.1.7')
    throw new FormatError('the public key is not a P-256 key')
  if (!isPoint(point)) throw new FormatError('the public key is not a point of P-256')
  return point
}
