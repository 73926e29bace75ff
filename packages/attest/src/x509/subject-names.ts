import { FormatError } from '../error.ts'
import { readDer, type DerValue } from './der.ts'
import { expectTag } from './fields.ts'
import * as Tag from './tag.ts'
import { ExtensionOid, type Extension } from './extensions.ts'

/**
 * The DNS names and IP addresses of subjectAltName (RFC 5280, §4.2.1.6); names of other kinds are left out.
 *
 * @throws FormatError
 */
export function readSubjectNames(extensions: readonly Extension[]): readonly string[] {
  const extension = extensions.find(({ oid }) => oid === ExtensionOid.subjectAltName)
  if (extension === undefined) return []
  const list = expectTag(readDer(extension.value), Tag.sequence, 'subjectAltName')
  return list.children.flatMap(readName)
}

function readName({ tag, content }: DerValue): readonly string[] {
  if (tag === 0x82) return [readDnsName(content)]
  if (tag === 0x87) return [readAddress(content)]
  return []
}

/** Only what a DNS name is made of: a name is shown to people, and compared with the host of a URL. */
function readDnsName(content: Uint8Array): string {
  const text = Array.from(content, (byte) => String.fromCharCode(byte)).join('')
  if (!/^[A-Za-z0-9*_.-]{1,253}$/.test(text)) throw new FormatError('subjectAltName: not a DNS name')
  return text
}

function readAddress(content: Uint8Array): string {
  if (content.length === 4) return content.join('.')
  if (content.length !== 16) throw new FormatError('subjectAltName: not an IP address')
  const groups = Array.from(
    { length: 8 },
    (_, index) => (content[2 * index] ?? 0) * 256 + (content[2 * index + 1] ?? 0),
  )
  return compress(groups.map((group) => group.toString(16)))
}

/** RFC 5952, §4.2: the longest run of two or more zero groups, the first of equals, becomes "::". */
function compress(groups: readonly string[]): string {
  const text = groups.join(':')
  const runs = [...text.matchAll(/(?<![^:])0(?::0)+(?![^:])/g)]
  const longest = runs.reduce<RegExpMatchArray | undefined>(
    (best, run) => (best === undefined || run[0].length > best[0].length ? run : best),
    undefined,
  )
  if (longest?.index === undefined) return text
  const before = text.slice(0, longest.index).replace(/:$/, '')
  const after = text.slice(longest.index + longest[0].length).replace(/^:/, '')
  return `${before}::${after}`
}
