import { describe, expect, it } from 'vitest'
import { ascii } from '../bytes.ts'
import { FormatError } from '../error.ts'
import { der, sequence } from '../testing/der-writer.ts'
import { readSubjectNames } from './subject-names.ts'

const read = (...names: Uint8Array[]) =>
  readSubjectNames([{ oid: '2.5.29.17', critical: false, value: sequence(...names) }])
const dns = (name: string) => der(0x82, ascii(name))
const ip = (hex: string) =>
  der(
    0x87,
    Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
  )

it('reads DNS names and IPv4 addresses in order, and leaves other kinds out', () => {
  expect(read(dns('app.example'), ip('7f000001'), der(0x81, ascii('a@b')), dns('*.example'))).toEqual([
    'app.example',
    '127.0.0.1',
    '*.example',
  ])
  expect(readSubjectNames([])).toEqual([])
})

it.each([
  ['00000000000000000000000000000001', '::1'],
  ['00000000000000000000000000000000', '::'],
  ['20010db8000000000000000000000001', '2001:db8::1'],
  ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
  ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
  ['fe800000000000000000000000000000', 'fe80::'],
  ['00010000000000000000000000000000', '1::'],
  ['100a000000000000000000000000a000', '100a::a000'],
  ['00010002000300040005000600070008', '1:2:3:4:5:6:7:8'],
])('writes %s as RFC 5952 does: %s', (hex, text) => {
  expect(read(ip(hex))).toEqual([text])
})

describe('refuses', () => {
  it.each([
    ['a NUL', dns('app.example\0.evil')],
    ['a space', dns('app example')],
    ['nothing', dns('')],
    ['254 characters', dns('a'.repeat(254))],
    ['bytes that are no ASCII', der(0x82, Uint8Array.of(0xff))],
    ['an address of 5 bytes', ip('7f00000101')],
  ])('a name of %s', (_, name) => {
    expect(() => read(name)).toThrow(FormatError)
  })
})
