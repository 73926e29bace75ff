import { authority, extension, usage } from '../../../packages/attest/src/testing/certificate-writer.ts'
import { bits, boolean, commonName, der, integer, octets, oid, sequence, small } from '../../../packages/attest/src/testing/der-writer.ts'
import { pckExtension } from '../../../packages/attest/src/testing/pck-extension.ts'
import type { Case, VectorFile } from './fixed.ts'

// Key, message and signature of RFC 6979, A.2.5, "sample" with SHA-256.
const x = '60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6'
const y = '7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299'
const r = 'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716'
const s = 'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8'
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))
const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))
const none = new Uint8Array(0)

export function derVectors(): VectorFile {
  return {
    comment:
      'DER, hex, read as "kind" says: one value of any type; the certificate of a chain; a revocation list; the signature of "message" by "point" (both hex). No certificate or list here is signed. ok: what is read is the very bytes, and a signature is one.',
    cases: [
      ...values(),
      ...certificates(),
      ...lists(),
      ...signatures(),
    ],
  }
}

function values(): readonly Case[] {
  const value = (expect: string) => (name: string, text: string): Case => ({ name: `value: ${name}`, expect, kind: 'value', der: text.replaceAll(' ', '') })
  const ok = value('ok')
  const refused = value('chain/malformed')
  return [
    ok('TRUE', '0101ff'),
    ok('zero', '020100'),
    ok('−128 in one byte', '020180'),
    ok('128 with its sign byte', '02020080'),
    ok('no bits', '030100'),
    ok('one bit', '03020780'),
    ok('NULL', '0500'),
    ok('an empty OCTET STRING', '0400'),
    ok('an empty SEQUENCE', '3000'),
    ok('a SET in order', '3106 020101 020102'),
    ok('an OID with an arc of 64 bits', '060b 2a 81808080808080808000'),
    ok('128 bytes', `048180${'00'.repeat(128)}`),
    ok('16 SEQUENCEs in each other', nested(16)),
    refused('nothing', ''),
    refused('a tag alone', '30'),
    refused('a tag of two bytes', '1f8100'),
    refused('a private tag', 'c000'),
    refused('an application tag that is constructed', '6000'),
    refused('end of contents', '0000'),
    refused('an indefinite length', '3080 0500 0000'),
    refused('an indefinite length without its end', '3080 0500'),
    refused('a long length for 1 byte', '04810100'),
    refused('a long length for 127 bytes', `04817f${'00'.repeat(127)}`),
    refused('a length with a zero in front', `04820080${'00'.repeat(128)}`),
    refused('a length of four bytes', '04840000000100'),
    refused('a length of 2⁶⁴ − 1', '0488ffffffffffffffff'),
    refused('a length of 127 bytes', `04ff${'00'.repeat(127)}`),
    refused('a length that ends early', '048201'),
    refused('content that ends early', '040200'),
    refused('a byte after the value', '050000'),
    refused('a second value', '05000500'),
    refused('a member that runs past its SEQUENCE', '3003 0402 0000'),
    refused('a member that runs past everything', '3002 0405'),
    refused('17 SEQUENCEs in each other', nested(17)),
    refused('1000 SEQUENCEs in each other', nested(1000)),
    refused('TRUE as one', '010101'),
    refused('BOOLEAN of no byte', '0100'),
    refused('BOOLEAN of two bytes', '0102ffff'),
    refused('INTEGER of no byte', '0200'),
    refused('1 with a zero in front', '02020001'),
    refused('−1 in two bytes', '0202ffff'),
    refused('INTEGER that is constructed', '2203020101'),
    refused('ENUMERATED with a zero in front', '0a020001'),
    refused('BIT STRING without its count', '0300'),
    refused('BIT STRING of 8 unused bits', '03020800'),
    refused('BIT STRING of no bits, one of them unused', '030101'),
    refused('BIT STRING whose unused bit is set', '03020181'),
    refused('BIT STRING in pieces', '2304 03020001'),
    refused('OCTET STRING in pieces', '2406 040100 040100'),
    refused('OCTET STRING in pieces, of indefinite length', '2480 040100 040100 0000'),
    refused('NULL of a byte', '050100'),
    refused('OID of no byte', '0600'),
    refused('OID whose last arc goes on', '06022a86'),
    refused('OID with a zero in front of an arc', '06032a8001'),
    refused('OID of 65 bytes', `0641${'2a'.repeat(65)}`),
    refused('UTF-8 that is none', '0c01ff'),
    refused('UTF-8 of more bytes than it takes', '0c02c081'),
    refused('half of a surrogate pair in UTF-8', '0c03eda080'),
    refused('PrintableString with an @', '130140'),
    refused('PrintableString with a NUL', '13024100'),
    refused('IA5String of Latin-1', '1601e9'),
    refused('T61String', '140141'),
    refused('UTCTime without its Z', '170c323030313031303030303030'),
    refused('UTCTime with an offset', '1711323030313031303030303030 2b30303030'),
    refused('GeneralizedTime with a fraction', '1811 3230353030313031303030303030 2e315a'),
    refused('REAL', '090180'),
    refused('SEQUENCE that is primitive', '1000'),
    refused('SET that is primitive', '1100'),
    refused('SET out of order', '3106 020102 020101'),
    refused('SET with the longer member first', '3107 02020080 020101'),
  ]
}

function nested(depth: number): string {
  let value: Uint8Array = hex('0500')
  for (let count = 0; count < depth; count += 1) value = sequence(value)
  return Buffer.from(value).toString('hex')
}

const ecdsa = sequence(oid('1.2.840.10045.4.3.2'))
const utc = (text: string): Uint8Array => der(0x17, Buffer.from(text))
const from = utc('200101000000Z')
const to = utc('300101000000Z')
const signature = bits(sequence(integer(hex(r)), integer(hex(s))))

function certificates(): readonly Case[] {
  const spki = (point: Uint8Array, curve = '1.2.840.10045.3.1.7'): Uint8Array =>
    sequence(sequence(oid('1.2.840.10045.2.1'), oid(curve)), bits(point))
  const point = join(Uint8Array.of(4), hex(x), hex(y))
  const listed = (...list: readonly Uint8Array[]): Uint8Array => der(0xa3, sequence(...list))
  const usual = {
    version: der(0xa0, small(2)) as Uint8Array,
    serial: small(1) as Uint8Array,
    inner: ecdsa as Uint8Array,
    issuer: commonName('issuer') as Uint8Array,
    validity: sequence(from, to) as Uint8Array,
    subject: commonName('subject') as Uint8Array,
    spki: spki(point),
    extensions: listed(usage('signer'), authority(false), pckExtension(new Uint8Array(32))),
    more: none,
    outer: ecdsa as Uint8Array,
    signature: signature as Uint8Array,
    after: none,
  }
  const certificate = (name: string, expect: string, odd: Partial<typeof usual> = {}): Case => {
    const { outer, signature, after, ...signed } = { ...usual, ...odd }
    const whole = sequence(sequence(...Object.values(signed)), outer, signature, after)
    return { name: `certificate: ${name}`, expect, kind: 'certificate', der: Buffer.from(whole).toString('hex') }
  }
  const refused = (name: string, odd: Partial<typeof usual>): Case => certificate(name, 'chain/malformed', odd)
  const basic = (value: Uint8Array): Partial<typeof usual> => ({ extensions: listed(extension('2.5.29.19', value, true)) })
  const sgx = pckExtension(new Uint8Array(32))
  return [
    certificate('as it should be', 'ok'),
    certificate('until 2050', 'ok', { validity: sequence(from, der(0x18, Buffer.from('20500101000000Z'))) }),
    refused('version 1', { version: none }),
    refused('version 2', { version: der(0xa0, small(1)) }),
    refused('version written twice', { version: der(0xa0, small(2), small(2)) }),
    refused('a negative serial number', { serial: hex('0201ff') }),
    refused('a serial number of 22 bytes', { serial: integer(new Uint8Array(22).fill(1)) }),
    refused('a serial number with a zero in front', { serial: hex('02020001') }),
    refused('another algorithm inside than outside', { inner: sequence(oid('1.2.840.10045.4.3.3')) }),
    refused('ECDSA with parameters', { inner: sequence(oid('1.2.840.10045.4.3.2'), hex('0500')), outer: sequence(oid('1.2.840.10045.4.3.2'), hex('0500')) }),
    refused('SHA-1', { inner: sequence(oid('1.2.840.10045.4.1')), outer: sequence(oid('1.2.840.10045.4.1')) }),
    refused('a name that is a SET', { subject: der(0x31) }),
    refused('a name with an empty part', { issuer: sequence(der(0x31)) }),
    refused('a name whose type is no OID', { issuer: sequence(der(0x31, sequence(small(1), small(1)))) }),
    refused('a date with an offset', { validity: sequence(utc('2001010000+0000'), to) }),
    refused('a date without seconds', { validity: sequence(utc('2001010000Z'), to) }),
    refused('the 30th of February', { validity: sequence(utc('200230000000Z'), to) }),
    refused('the 13th month', { validity: sequence(utc('201301000000Z'), to) }),
    refused('the 61st second', { validity: sequence(utc('200101000060Z'), to) }),
    refused('GeneralizedTime before 2050', { validity: sequence(der(0x18, Buffer.from('20200101000000Z')), to) }),
    refused('one date', { validity: sequence(from) }),
    refused('a compressed point', { spki: spki(join(Uint8Array.of(3), hex(x))) }),
    refused('a point off the curve', { spki: spki(join(Uint8Array.of(4), hex(x), hex(x))) }),
    refused('a point beyond the field', { spki: spki(join(Uint8Array.of(4), new Uint8Array(64).fill(0xff))) }),
    refused('the point at infinity', { spki: spki(Uint8Array.of(0)) }),
    refused('a point of another curve', { spki: spki(point, '1.3.132.0.10') }),
    refused('a point with unused bits', { spki: sequence(sequence(oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7')), bits(join(point, Uint8Array.of(0x80)), 7)) }),
    refused('no extensions', { extensions: none }),
    refused('an empty list of extensions', { extensions: listed() }),
    refused('two lists of extensions', { extensions: der(0xa3, sequence(usage('signer')), sequence(authority(false))) }),
    refused('something after the extensions', { more: small(1) }),
    refused('something after the signature', { after: small(1) }),
    refused('an extension that says it is not critical', { extensions: listed(sequence(oid('2.5.29.19'), boolean(false), octets(sequence()))) }),
    refused('CA:FALSE written out', basic(sequence(boolean(false)))),
    refused('a negative path length', basic(sequence(boolean(true), hex('0201ff')))),
    refused('a path length without CA:TRUE', basic(sequence(small(0)))),
    refused('a byte after basicConstraints', basic(join(sequence(), Uint8Array.of(0)))),
    refused('keyUsage with a zero bit at its end', { extensions: listed(extension('2.5.29.15', hex('03020080'))) }),
    refused('keyUsage of no bits', { extensions: listed(extension('2.5.29.15', hex('030100'))) }),
    certificate('an extension twice', 'chain/repeated', { extensions: listed(authority(false), authority(false)) }),
    certificate('what it says of its platform twice', 'chain/repeated', { extensions: listed(sgx, sgx) }),
    certificate('an unknown critical extension', 'chain/critical', { extensions: listed(extension('1.2.3', none, true)) }),
    refused('a signature of one number', { signature: bits(sequence(small(1))) }),
    refused('a signature of three numbers', { signature: bits(sequence(small(1), small(1), small(1))) }),
    refused('a negative r', { signature: bits(sequence(hex('0201ff'), small(1))) }),
    refused('an r of 33 bytes', { signature: bits(sequence(integer(new Uint8Array(33).fill(1)), small(1))) }),
    refused('a signature that is not whole bytes', { signature: bits(sequence(small(1), small(2)), 1) }),
    refused('a byte after r and s', { signature: bits(join(sequence(small(1), small(1)), Uint8Array.of(0))) }),
  ]
}

function lists(): readonly Case[] {
  const number = extension('2.5.29.20', small(1))
  const reason = sequence(extension('2.5.29.21', hex('0a0101')))
  const entry = (...members: readonly Uint8Array[]): Uint8Array => sequence(...members)
  const usual = {
    version: small(1) as Uint8Array,
    algorithm: ecdsa as Uint8Array,
    issuer: commonName('issuer') as Uint8Array,
    thisUpdate: from,
    nextUpdate: to,
    revoked: sequence(entry(small(5), from, reason)) as Uint8Array,
    extensions: der(0xa0, sequence(number)) as Uint8Array,
    more: none,
  }
  const list = (name: string, expect: string, odd: Partial<typeof usual> = {}, outer: Uint8Array = ecdsa): Case => {
    const whole = sequence(sequence(...Object.values({ ...usual, ...odd })), outer, signature)
    return { name: `list: ${name}`, expect, kind: 'crl', der: Buffer.from(whole).toString('hex') }
  }
  const refused = (name: string, odd: Partial<typeof usual>, outer?: Uint8Array): Case => list(name, 'crl/malformed', odd, outer)
  const revoking = (...members: readonly Uint8Array[]): Partial<typeof usual> => ({ revoked: sequence(entry(...members)) })
  return [
    list('as it should be', 'ok'),
    list('of nothing', 'ok', { revoked: none }),
    list('of nothing, written out', 'ok', { revoked: sequence() }),
    list('a revocation without a reason', 'ok', revoking(small(5), from)),
    refused('version 1', { version: none }),
    refused('version 3', { version: small(2) }),
    refused('no nextUpdate', { nextUpdate: none }),
    refused('no extensions', { extensions: none }),
    refused('an empty list of extensions', { extensions: der(0xa0, sequence()) }),
    refused('another algorithm inside than outside', {}, sequence(oid('1.2.840.10045.4.3.3'))),
    refused('something after the extensions', { more: small(1) }),
    refused('a negative serial number', revoking(hex('0201ff'), from)),
    refused('a serial number of 22 bytes', revoking(integer(new Uint8Array(22).fill(1)), from)),
    refused('a revocation without a date', revoking(small(5))),
    refused('a revocation with a date too many', revoking(small(5), from, to)),
    refused('a revocation with an empty list of extensions', revoking(small(5), from, sequence())),
    refused('a serial number that is an OCTET STRING', revoking(octets(Uint8Array.of(5)), from)),
    list('an extension twice', 'crl/repeated', { extensions: der(0xa0, sequence(number, number)) }),
    list('a critical extension', 'crl/critical', { extensions: der(0xa0, sequence(extension('1.2.3', none, true))) }),
    list('a critical extension of a revocation', 'crl/critical', revoking(small(5), from, sequence(extension('2.5.29.29', sequence(), true)))),
    list('changes of another list', 'crl/critical', { extensions: der(0xa0, sequence(extension('2.5.29.27', small(1)))) }),
    list('a part of a list', 'crl/critical', { extensions: der(0xa0, sequence(extension('2.5.29.28', sequence()))) }),
  ]
}

function signatures(): readonly Case[] {
  const big = (number: bigint): Uint8Array => integer(hex(number.toString(16).padStart(66, '0')))
  const [R, S] = [BigInt(`0x${r}`), BigInt(`0x${s}`)]
  const signed = (name: string, expect: string, value: Uint8Array): Case => ({
    name: `signature: ${name}`,
    expect,
    kind: 'signature',
    der: Buffer.from(value).toString('hex'),
    point: `04${x}${y}`,
    message: Buffer.from('sample').toString('hex'),
  })
  const malformed = (name: string, value: Uint8Array): Case => signed(name, 'chain/malformed', value)
  const wrong = (name: string, first: bigint, second: bigint): Case => signed(name, 'chain/signature', sequence(big(first), big(second)))
  return [
    signed('as it should be', 'ok', sequence(big(R), big(S))),
    signed('the other s', 'ok', sequence(big(R), big(order - S))),
    wrong('r of zero', 0n, S),
    wrong('s of zero', R, 0n),
    wrong('both zero', 0n, 0n),
    wrong('r of the order', order, S),
    wrong('s of the order', R, order),
    wrong('both of one', 1n, 1n),
    wrong('r and s exchanged', S, R),
    wrong('r of 2²⁵⁶ − 1', 2n ** 256n - 1n, S),
    malformed('r and the order together', sequence(big(R + order), big(S))),
    malformed('a negative r', sequence(hex('0201ff'), big(S))),
    malformed('an r without its sign byte', sequence(der(0x02, hex(r)), big(S))),
    malformed('an r with two zeroes in front', sequence(der(0x02, hex('0000'), hex(r)), big(S))),
    malformed('an s of no byte', sequence(big(R), hex('0200'))),
    malformed('r alone', sequence(big(R))),
    malformed('three numbers', sequence(big(R), big(S), big(1n))),
    malformed('a SET', der(0x31, big(R), big(S))),
    malformed('a length in another form', join(hex('308146'), big(R), big(S))),
    malformed('of indefinite length', join(hex('3080'), big(R), big(S), hex('0000'))),
    malformed('a byte after it', join(sequence(big(R), big(S)), Uint8Array.of(0))),
    malformed('64 raw bytes', hex(r + s)),
    malformed('nothing', none),
  ]
}
