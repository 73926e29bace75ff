import { expect, it } from 'vitest'
import { FormatError } from '../error.ts'
import { der, oid, sequence, small } from '../testing/der-writer.ts'
import { readDer } from './der.ts'
import { readSignatureAlgorithm } from './signature-algorithm.ts'

const none = der(0x05)
const read = (oddNull: boolean, ...members: readonly Uint8Array[]) =>
  readSignatureAlgorithm(readDer(sequence(...members)), oddNull)

it('reads ECDSA without and RSA with the NULL', () => {
  expect(read(false, oid('1.2.840.10045.4.3.2'))).toEqual({ family: 'ECDSA', hash: 'SHA-256' })
  expect(read(false, oid('1.2.840.10045.4.3.4'))).toEqual({ family: 'ECDSA', hash: 'SHA-512' })
  expect(read(false, oid('1.2.840.113549.1.1.12'), none)).toEqual({ family: 'RSA', hash: 'SHA-384' })
})

it('reads ECDSA with a NULL only where that is known to happen', () => {
  expect(read(true, oid('1.2.840.10045.4.3.3'), none)).toEqual({ family: 'ECDSA', hash: 'SHA-384' })
  expect(() => read(false, oid('1.2.840.10045.4.3.3'), none)).toThrow(FormatError)
})

it.each<[string, readonly Uint8Array[]]>([
  ['nothing', []],
  ['SHA-1 with RSA', [oid('1.2.840.113549.1.1.5'), none]],
  ['SHA-1 with ECDSA', [oid('1.2.840.10045.4.1')]],
  ['RSASSA-PSS', [oid('1.2.840.113549.1.1.10'), none]],
  ['RSA without the NULL', [oid('1.2.840.113549.1.1.11')]],
  ['ECDSA with other parameters', [oid('1.2.840.10045.4.3.2'), small(1)]],
  ['two NULLs', [oid('1.2.840.10045.4.3.2'), none, none]],
])('refuses %s', (_, members) => {
  expect(() => read(true, ...members)).toThrow(FormatError)
})
