import { MseError } from '../../error.ts'

/** What of an extended header changes what an entry is. */
export interface PaxRecords {
  path?: string
  link?: string
  size?: number
}

/** Says when, whose and with which attributes: no reader here looks at them. */
const ignored =
  /^(?:mtime|atime|ctime|uid|gid|uname|gname|comment|SCHILY\.(?:xattr\..*|dev|ino|nlink|fflags)|LIBARCHIVE\..*)$/

/**
 * The records of a pax extended header, `LENGTH KEY=VALUE\n` each (IEEE Std 1003.1-2017, pax, "pax Header Block").
 *
 * @throws MseError `image/tar` for anything that readers understand differently: wrong lengths, a key twice, an empty value (it
 *   means "as if the key were absent"), zeros inside, sparse files, another character set
 */
export function parsePax(content: Buffer): PaxRecords {
  const records: PaxRecords = {}
  const seen = new Set<string>()
  for (let at = 0; at < content.length;) {
    const length = lengthAt(content, at)
    const [key, value] = keyAndValue(content.subarray(at, at + length))
    if (seen.has(key)) throw malformed(`${key} twice`)
    seen.add(key)
    take(records, key, value)
    at += length
  }
  return records
}

function lengthAt(content: Buffer, at: number): number {
  const digits = /^([1-9]\d{0,6}) /.exec(content.toString('latin1', at, at + 8))?.[1]
  const length = Number(digits)
  if (digits === undefined || at + length > content.length || length < digits.length + 4)
    throw malformed('a wrong length')
  return length
}

function keyAndValue(record: Buffer): [key: string, value: string] {
  if (record.at(-1) !== 0x0a) throw malformed('a wrong length')
  const start = record.indexOf(0x20) + 1
  const equals = record.indexOf(0x3d)
  if (equals <= start) throw malformed('a record without a key')
  const key = record.toString('latin1', start, equals)
  const value = record.subarray(equals + 1, -1)
  if (ignored.test(key)) return [key, '']
  try {
    return [key, new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value)]
  } catch (cause) {
    throw new MseError('image/tar', `an extended header whose ${key} is not UTF-8`, { cause })
  }
}

function take(records: PaxRecords, key: string, value: string): void {
  if (ignored.test(key)) return
  if (key !== 'path' && key !== 'linkpath' && key !== 'size') throw malformed(`the key ${JSON.stringify(key)}`)
  if (value === '' || value.includes('\0')) throw malformed(`such a ${key}`)
  if (key === 'path') records.path = value
  else if (key === 'linkpath') records.link = value
  else records.size = sizeOf(value)
}

function sizeOf(value: string): number {
  if (!/^(?:0|[1-9]\d{0,15})$/.test(value)) throw malformed('such a size')
  return Number(value)
}

function malformed(what: string): MseError {
  return new MseError('image/tar', `not an archive that can be read without doubt: an extended header with ${what}`)
}
