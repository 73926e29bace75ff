import { FormatError } from '../error.ts'
import { readDer, type DerValue } from './der.ts'
import { expectTag, Fields, smallInteger } from './fields.ts'
import * as Tag from './tag.ts'
import { readOid } from './oid.ts'

export interface Extension {
  readonly oid: string
  readonly critical: boolean
  /** The content of extnValue. */
  readonly value: Uint8Array
}

/** basicConstraints (RFC 5280, §4.2.1.9). */
export interface Authority {
  readonly issues: boolean
  /** How many issuers may stand between this one and the leaf; undefined: any number. */
  readonly pathLength: number | undefined
}

/** The bits of keyUsage that matter here (RFC 5280, §4.2.1.3). */
export interface KeyUsage {
  readonly digitalSignature: boolean
  readonly certificateSign: boolean
  readonly crlSign: boolean
}

export const ExtensionOid = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
} as const

/** The content of [3] of a certificate: those that are critical are known, here or to whoever asks. */
export function readExtensions(value: DerValue, alsoKnown: readonly string[]): readonly Extension[] {
  const outer = new Fields(value, 'the extensions', 0xa3)
  const list = outer.take(Tag.sequence)
  outer.end()
  return readExtensionList(list, [...Object.values(ExtensionOid), ...alsoKnown])
}

/** SEQUENCE OF Extension: each once, DEFAULT FALSE left out as DER wants. `known` are those that may be critical. */
export function readExtensionList(list: DerValue, known: readonly string[]): readonly Extension[] {
  const extensions = expectTag(list, Tag.sequence, 'the extensions').children.map(readExtension)
  if (extensions.length === 0) throw new FormatError('the extensions: none')
  if (extensions.length > 1 && new Set(extensions.map(({ oid }) => oid)).size !== extensions.length) {
    throw new FormatError('the extensions: one stands there twice', 'repeated')
  }
  const unknown = extensions.find(({ oid, critical }) => critical && !known.includes(oid))
  if (unknown !== undefined)
    throw new FormatError(`the extensions: ${unknown.oid} is critical and not known`, 'critical')
  return extensions
}

function readExtension(value: DerValue): Extension {
  const fields = new Fields(value, 'an extension')
  const oid = readOid(fields.takeAny(), 'an extension')
  const critical = readDefaultFalse(fields)
  const content = fields.take(Tag.octetString).content
  fields.end()
  return { oid, critical, value: content }
}

function readDefaultFalse(fields: Fields): boolean {
  const value = fields.takeIf(Tag.boolean)
  if (value !== undefined && value.content[0] !== 0xff) throw new FormatError('a default value written out')
  return value !== undefined
}

export function readAuthority(extensions: readonly Extension[]): Authority | undefined {
  const extension = extensions.find(({ oid }) => oid === ExtensionOid.basicConstraints)
  if (extension === undefined) return undefined
  const fields = new Fields(readDer(extension.value), 'basicConstraints')
  const issues = readDefaultFalse(fields)
  const length = issues ? fields.takeIf(Tag.integer) : undefined
  fields.end()
  return { issues, pathLength: length === undefined ? undefined : smallInteger(length, 'basicConstraints', 255) }
}

export function readKeyUsage(extensions: readonly Extension[]): KeyUsage | undefined {
  const extension = extensions.find(({ oid }) => oid === ExtensionOid.keyUsage)
  if (extension === undefined) return undefined
  const { tag, content } = readDer(extension.value)
  const unused = content[0] ?? 0
  const first = content[1] ?? 0
  const last = content.length < 2 ? 0 : (content[content.length - 1] ?? 0)
  // A named bit list has no trailing zero bits (X.690, §11.2.2) and at least one bit set (RFC 5280).
  const tight = (last >> unused) & 1
  if (tag !== Tag.bitString || content.length > 3 || tight === 0) throw new FormatError('keyUsage: not a list of bits')
  return {
    digitalSignature: (first & 0x80) !== 0,
    certificateSign: (first & 0x04) !== 0,
    crlSign: (first & 0x02) !== 0,
  }
}
