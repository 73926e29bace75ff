import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { FormatError } from '../error.ts'
import { bits, der, integer, oid, sequence, small } from '../testing/der-writer.ts'
import { readDer } from './der.ts'
import { readPublicKey } from './public-key.ts'

const read = (spki: Uint8Array) => readPublicKey(readDer(spki))
const p384 = [oid('1.2.840.10045.2.1'), oid('1.3.132.0.34')] as const
const rsaEncryption = [oid('1.2.840.113549.1.1.1'), der(0x05)] as const
const spki = (algorithm: readonly Uint8Array[], key: Uint8Array) => sequence(sequence(...algorithm), bits(key))
const rsa = (modulus: Uint8Array, exponent: Uint8Array) => spki(rsaEncryption, sequence(modulus, exponent))
const modulus = integer(new Uint8Array(256).fill(0xff))
const three = small(3)

describe('reads as Node does', () => {
  it.each(['P-256', 'P-384'] as const)('keys of %s', (kind) => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: kind })
    const key = read(new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })))
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
    expect(key).toEqual({ kind, bits: new Uint8Array(point), size: kind === 'P-256' ? 256 : 384 })
  })

  it.each([1024, 1100, 2048])('RSA keys of %s bits', (modulusLength) => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength })
    const key = read(new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })))
    expect(key).toMatchObject({ kind: 'RSA', size: publicKey.asymmetricKeyDetails?.modulusLength })
    const again = createPublicKey({ key: Buffer.from(key.bits), format: 'der', type: 'pkcs1' })
    expect(again.equals(publicKey)).toBe(true)
  })
})

it('reads a made-up key of 2048 bits', () => {
  expect(read(rsa(modulus, three))).toMatchObject({ kind: 'RSA', size: 2048 })
})

describe('refuses', () => {
  const generated = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ type: 'spki', format: 'der' })
  const point = new Uint8Array(generated.subarray(-97))
  const ed25519 = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' })
  const p521 = generateKeyPairSync('ec', { namedCurve: 'P-521' }).publicKey.export({ type: 'spki', format: 'der' })

  it('nothing of a plain one', () => {
    expect(read(spki(p384, point))).toMatchObject({ kind: 'P-384' })
  })

  it.each<[string, Uint8Array]>([
    ['a P-521 key', new Uint8Array(p521)],
    ['an Ed25519 key', new Uint8Array(ed25519)],
    ['a P-384 point that is compressed', spki(p384, Uint8Array.of(2, ...point.subarray(1, 49)))],
    ['a P-384 point off the curve', spki(p384, Uint8Array.of(4, ...new Uint8Array(95), 1))],
    ['a P-384 point with a coordinate beyond p', spki(p384, Uint8Array.of(4, ...new Uint8Array(96).fill(0xff)))],
    ['a P-256 point said to be of P-384', spki(p384, Uint8Array.of(4, ...new Uint8Array(64)))],
    ['a curve without a name', spki([p384[0], sequence()], point)],
    ['an EC key of no curve', spki([p384[0]], point)],
    ['a third member of the algorithm', spki([...p384, der(0x05)], point)],
    ['an RSA key without the NULL', spki([rsaEncryption[0]], sequence(modulus, three))],
    ['an RSA key with other parameters', spki([rsaEncryption[0], small(1)], sequence(modulus, three))],
    ['RSASSA-PSS', spki([oid('1.2.840.113549.1.1.10'), der(0x05)], sequence(modulus, three))],
    ['a negative modulus', rsa(der(0x02, Uint8Array.of(0xff)), three)],
    ['a negative exponent', rsa(modulus, der(0x02, Uint8Array.of(0xff)))],
    ['an even modulus', rsa(integer(new Uint8Array(256).fill(0xfe)), three)],
    ['a modulus of zero', rsa(small(0), three)],
    ['a modulus of 8193 bits', rsa(integer(Uint8Array.of(1, ...new Uint8Array(1024).fill(0xff))), three)],
    ['the exponent 1, with which everything is signed', rsa(modulus, small(1))],
    ['the exponent 0', rsa(modulus, small(0))],
    ['an even exponent', rsa(modulus, small(65_536))],
    ['an exponent of 33 bits', rsa(modulus, integer(Uint8Array.of(1, 0, 0, 0, 1)))],
    ['a third number', spki(rsaEncryption, sequence(modulus, three, three))],
    ['bytes after the RSA key', spki(rsaEncryption, Uint8Array.of(...sequence(modulus, three), 0))],
  ])('%s', (_, bytes) => {
    expect(() => read(bytes)).toThrow(FormatError)
  })
})
