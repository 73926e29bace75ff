import { describe, expect, it } from 'vitest'
import { FormatError } from '../error.ts'
import { cborHead } from '../testing/cbor-writer.ts'
import { readCbor } from './cbor.ts'

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

it.each<[string, ReturnType<typeof readCbor>]>([
  ['00', { kind: 'integer', value: 0n }],
  ['17', { kind: 'integer', value: 23n }],
  ['1818', { kind: 'integer', value: 24n }],
  ['190100', { kind: 'integer', value: 256n }],
  ['1a00010000', { kind: 'integer', value: 65_536n }],
  ['1b0000000100000000', { kind: 'integer', value: 2n ** 32n }],
  ['1bffffffffffffffff', { kind: 'integer', value: 2n ** 64n - 1n }],
  ['20', { kind: 'integer', value: -1n }],
  ['40', { kind: 'bytes', value: new Uint8Array(0) }],
  ['430102ff', { kind: 'bytes', value: Uint8Array.of(1, 2, 255) }],
  ['62c3a9', { kind: 'text', value: 'é' }],
  ['80', { kind: 'array', items: [] }],
  ['820102', { kind: 'array', items: [1n, 2n].map((value) => ({ kind: 'integer' as const, value })) }],
  ['a0', { kind: 'map', entries: [] }],
  ['a1616201', { kind: 'map', entries: [['b', { kind: 'integer', value: 1n }]] }],
  [
    'a2616201016163',
    {
      kind: 'map',
      entries: [
        ['b', { kind: 'integer', value: 1n }],
        [1n, { kind: 'text', value: 'c' }],
      ],
    },
  ],
  ['f4', { kind: 'simple', value: false }],
  ['f5', { kind: 'simple', value: true }],
  ['f6', { kind: 'simple', value: null }],
])('reads %s', (hex, item) => {
  expect(readCbor(bytes(hex))).toEqual(item)
})

it('reads a tag that is asked for', () => {
  expect(readCbor(bytes('d9ea6000'), [60_000n])).toEqual({
    kind: 'tag',
    tag: 60_000n,
    content: { kind: 'integer', value: 0n },
  })
})

it('reads eight levels and a thousand items', () => {
  expect(() => readCbor(bytes(`${'81'.repeat(8)}00`))).not.toThrow()
  expect(() => readCbor(Uint8Array.of(...cborHead(4, 1023), ...new Uint8Array(1023)))).not.toThrow()
})

describe('refuses', () => {
  it.each([
    ['nothing', ''],
    ['bytes after the item', '0000'],
    ['a second item', 'a0a0'],
    ['a head that ends early', '19ff'],
    ['a byte string longer than what follows', '4301'],
    ['a byte string of 2³² − 1 bytes', '5affffffff00'],
    ['a byte string of 2⁶⁴ − 1 bytes', '5bffffffffffffffff00'],
    ['an array that ends early', '820000'.slice(0, 4)],
    ['an array of 2⁶⁴ − 1 items', '9bffffffffffffffff00'],
    ['a map that ends after a key', 'a16161'],
    ['a map of 2³² − 1 entries', 'baffffffff616100'],
    ['a one-byte number in a longer head', '1817'],
    ['a one-byte number in two bytes', '1900ff'],
    ['a two-byte number in four bytes', '1a0000ffff'],
    ['a four-byte number in eight bytes', '1b00000000ffffffff'],
    ['a length in a longer head than it needs', '580100'],
    ['a tag in a longer head than it needs', 'da0000ea6000'],
    ['a byte string of indefinite length', '5f4100ff'],
    ['text of indefinite length', '7f6161ff'],
    ['an array of indefinite length', '9f00ff'],
    ['a map of indefinite length', 'bf616100ff'],
    ['a break without a beginning', 'ff'],
    ['a reserved head', '1c'],
    ['a tag that nobody asked for', 'd9ea6100'],
    ['a tag in a map', 'a16161c000'],
    ['text that is not UTF-8', '62c328'],
    ['half a surrogate pair', '63eda080'],
    ['a key twice', 'a2616100616101'],
    ['a key twice, deep inside', '81a2616100616101'],
    ['a number as key twice', 'a201000101'],
    ['bytes as key', 'a1416100'],
    ['an array as key', 'a18000'],
    ['half a number', 'f93c00'],
    ['a double', 'fb3ff0000000000000'],
    ['undefined', 'f7'],
    ['a simple value of one byte', 'f820'],
    ['a simple value that is not assigned', 'e0'],
    ['nine levels', `${'81'.repeat(9)}00`],
    ['five thousand levels', `${'81'.repeat(5000)}00`],
    ['more than 1024 items', `990400${'00'.repeat(1024)}`],
  ])('%s', (_, hex) => {
    expect(() => readCbor(bytes(hex), [60_000n])).toThrow(FormatError)
  })
})
