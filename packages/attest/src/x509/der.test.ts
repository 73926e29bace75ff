import { describe, expect, it } from 'vitest'
import { FormatError } from '../error.ts'
import { sequence } from '../testing/der-writer.ts'
import { readDer } from './der.ts'

const bytes = (hex: string) =>
  Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
const nested = (depth: number): string => {
  let value = '0500'
  for (let index = 0; index < depth; index++) value = `30${(value.length / 2).toString(16).padStart(2, '0')}${value}`
  return value
}

describe('accepts the one encoding of', () => {
  const good: Record<string, string> = {
    true: '0101ff',
    false: '010100',
    zero: '020100',
    'minus one': '0201ff',
    '128': '02020080',
    'a bit string of no bits': '030100',
    'a bit string of one bit': '03020780',
    nothing: '0500',
    'an object identifier': '06082a8648ce3d030107',
    'a UTF-8 string': '0c03e282ac',
    'a PrintableString': '130441203a3f',
    'an empty sequence': '3000',
    'a set in order': '3106 020101 020102',
    'a value of 128 bytes': `048180${'00'.repeat(128)}`,
    'a context-specific value': 'a003020102',
    'a nest of 16': nested(16),
  }
  it.each(Object.entries(good))('%s', (_, hex) => {
    expect(readDer(bytes(hex)).bytes).toEqual(bytes(hex))
  })
})

describe('looks at so many values and no more', () => {
  const nulls = (count: number) => sequence(new Uint8Array(2 * count).map((_, at) => (at % 2 === 0 ? 5 : 0)))
  it('8192, unless told otherwise', () => {
    expect(readDer(nulls(8_191)).children).toHaveLength(8_191)
    expect(() => readDer(nulls(8_192))).toThrow(FormatError)
  })
  it('as many as it is told', () => {
    expect(readDer(nulls(8_192), 8_193).children).toHaveLength(8_192)
    expect(() => readDer(nulls(2), 2)).toThrow(FormatError)
  })
})

describe('refuses', () => {
  const bad: Record<string, string> = {
    'nothing at all': '',
    'a tag without a length': '30',
    'a tag of two bytes': '1f8100',
    'a context tag of two bytes': 'bf8100 00',
    'an indefinite length': '3080 0000',
    'an end-of-contents value': '0000',
    'a long length for a short value': '0481 01 00',
    'a length with a leading zero': `0482 0080 ${'00'.repeat(128)}`,
    'a length of four bytes': '0484 00000001 00',
    'a length that overflows': '0488 ffffffffffffffff',
    'the reserved length': '04ff',
    'a length that ends early': '0482 01',
    'a content that ends early': '0402 00',
    'a byte after the value': '0500 00',
    'two values': '0500 0500',
    'a child past the end of its parent': '3003 0402 00 00',
    'a child past the end of everything': '3002 0405',
    'a boolean of one': '010101',
    'a boolean of nothing': '0100',
    'a boolean of two bytes': '0102ffff',
    'an integer of nothing': '0200',
    'an integer with a leading zero': '02020001',
    'a negative integer with a leading ff': '0202ff80',
    'an enumerated with a leading zero': '0a020001',
    'a bit string of nothing': '0300',
    'a bit string with 8 unused bits': '03020800',
    'a bit string with unused bits set': '03020181',
    'a bit string with unused bits of no byte': '030101',
    'a constructed bit string': '2304 0302 0780',
    'a constructed octet string': '2403 0401 00',
    'a constructed string': '2c03 0c0161',
    'a primitive sequence': '1000',
    'a primitive set': '1100',
    'a null with content': '050100',
    'an object identifier of nothing': '0600',
    'an object identifier that ends inside an arc': '06022a86',
    'an object identifier with a padded arc': '06032a8001',
    'an object identifier with a padded first arc': '06028001',
    'an object identifier of 65 bytes': `0641${'01'.repeat(65)}`,
    'UTF-8 that is not': '0c01ff',
    'an overlong UTF-8 slash': '0c02c0af',
    'a surrogate in UTF-8': '0c03eda080',
    'a PrintableString with an at sign': '130140',
    'an IA5String beyond ASCII': '160180',
    'a time with a time zone': '1711 323630363135313230303030 2b30323030',
    'a set out of order': '3106 020102 020101',
    'a type that certificates do not have': '0901 00',
    'an application tag': '410100',
    'a private tag': 'c10100',
    'a constructed application tag': '6100',
    'a constructed private tag': 'e100',
    'a nest of 17': nested(17),
  }
  it.each(Object.entries(bad))('%s', (_, hex) => {
    expect(() => readDer(bytes(hex))).toThrow(FormatError)
  })

  it('a nest of ten thousand without running out of stack', () => {
    expect(() => readDer(Uint8Array.from({ length: 20_000 }, (_, index) => (index % 2 === 0 ? 0x30 : 0x80)))).toThrow(
      FormatError,
    )
    expect(() => readDer(bytes('3082ffff'.repeat(10_000)))).toThrow(FormatError)
  })
})
