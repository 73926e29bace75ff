import { X509Certificate } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { FormatError } from '../error.ts'
import { createPlatform, makeEnclave } from '../testing/index.ts'
import { bits, boolean, commonName, der, integer, octets, oid, sequence, small, time } from '../testing/der-writer.ts'
import { authority, extension } from '../testing/certificate-writer.ts'
import { readCertificate } from './certificate.ts'
import { certificateToPem } from './pem.ts'
import { readSubjectNames } from './subject-names.ts'

const now = new Date('2026-06-15T12:00:00Z')
const shared = process.env['MSE_SHARED']
const data = join(shared ?? '', 'data/dcap')

function expectSame(certificate: Uint8Array): void {
  const ours = readCertificate(certificate)
  // As PEM: given DER, Node scans it for PEM first, and finds the certificates inside the quote.
  const nodes = new X509Certificate(certificateToPem(certificate))
  expect(ours.notBefore).toEqual(new Date(nodes.validFrom))
  expect(ours.notAfter).toEqual(new Date(nodes.validTo))
  expect(Buffer.from(ours.spki)).toEqual(nodes.publicKey.export({ type: 'spki', format: 'der' }))
  expect(ours.authority?.issues ?? false).toBe(nodes.ca)
  const names = (nodes.subjectAltName ?? '')
    .split(', ')
    .flatMap((name) => /^(?:DNS|IP Address):(.*)$/.exec(name)?.[1] ?? [])
  expect(readSubjectNames(ours.extensions)).toHaveLength(names.length)
}

describe('reads as Node does', () => {
  it('the certificates that the builder makes', async () => {
    const platform = await createPlatform({ now })
    const { evidence } = await makeEnclave(platform, { now, measurement: new Uint8Array(32) })
    for (const certificate of [...platform.certificates, evidence.certificate]) expectSame(certificate)
  })

  it('the certificates of a platform whose root outlives 2050', async () => {
    const platform = await createPlatform({ now: new Date('2045-01-01T00:00:00Z') })
    platform.certificates.forEach(expectSame)
  })

  it.skipIf(!existsSync(data))('real certificates of Intel (MSE_SHARED)', () => {
    for (const folder of ['certs', 'roots']) {
      const files = readdirSync(join(data, folder)).filter((name) => name.endsWith('.der'))
      expect(files.length).toBeGreaterThan(2)
      for (const name of files) expectSame(new Uint8Array(readFileSync(join(data, folder, name))))
    }
  })
})

const list = (...extensions: Uint8Array[]) => ({ extensions: der(0xa3, sequence(...extensions)) })

describe('refuses', () => {
  let key: Uint8Array
  beforeAll(async () => {
    const [leaf] = (await createPlatform({ now })).certificates
    key = readCertificate(leaf ?? key).point
  })

  /** A certificate whose parts can be replaced; nobody has signed it. */
  function certificate(parts: Partial<Record<string, Uint8Array>> = {}): Uint8Array {
    const ecdsa = sequence(oid('1.2.840.10045.4.3.2'))
    const signed = sequence(
      parts['version'] ?? der(0xa0, small(2)),
      parts['serial'] ?? small(1),
      parts['inner'] ?? ecdsa,
      parts['issuer'] ?? commonName('issuer'),
      parts['validity'] ?? sequence(time(now), time(now)),
      parts['subject'] ?? commonName('subject'),
      parts['spki'] ??
        sequence(
          sequence(oid('1.2.840.10045.2.1'), oid(parts['curve'] ? '1.3.132.0.34' : '1.2.840.10045.3.1.7')),
          bits(parts['point'] ?? key),
        ),
      ...(parts['unique'] ? [parts['unique']] : []),
      parts['extensions'] ?? der(0xa3, sequence(authority(false))),
      ...(parts['more'] ? [parts['more']] : []),
    )
    return sequence(
      signed,
      parts['outer'] ?? ecdsa,
      parts['signature'] ?? bits(sequence(small(1), small(1))),
      ...(parts['after'] ? [parts['after']] : []),
    )
  }

  it('nothing of a plain one', () => {
    expect(() => readCertificate(certificate())).not.toThrow()
  })

  const none = new Uint8Array(0)
  const basic = '2.5.29.19'
  const bad: Record<string, () => Partial<Record<string, Uint8Array>>> = {
    'version 1': () => ({ version: none }),
    'version 2': () => ({ version: der(0xa0, small(1)) }),
    'version 4': () => ({ version: der(0xa0, small(3)) }),
    'two versions': () => ({ version: der(0xa0, small(2), small(2)) }),
    'a negative serial number': () => ({ serial: der(0x02, Uint8Array.of(0xff)) }),
    'a serial number of 22 bytes': () => ({ serial: integer(new Uint8Array(22).fill(1)) }),
    'another signature algorithm inside': () => ({ inner: sequence(oid('1.2.840.10045.4.3.3')) }),
    'another signature algorithm outside': () => ({ outer: sequence(oid('1.2.840.10045.4.3.3')) }),
    'another signature algorithm on both sides': () => ({
      inner: sequence(oid('1.2.840.113549.1.1.11'), der(0x05)),
      outer: sequence(oid('1.2.840.113549.1.1.11'), der(0x05)),
    }),
    'parameters of the signature algorithm': () => ({
      inner: sequence(oid('1.2.840.10045.4.3.2'), der(0x05)),
      outer: sequence(oid('1.2.840.10045.4.3.2'), der(0x05)),
    }),
    'a P-384 key': () => ({ curve: none, point: key }),
    'a compressed point': () => ({ point: Uint8Array.of(2, ...key.subarray(1, 33)) }),
    'a point off the curve': () => ({ point: Uint8Array.of(4, ...new Uint8Array(63), 1) }),
    'a point with a coordinate beyond p': () => ({ point: Uint8Array.of(4, ...new Uint8Array(64).fill(0xff)) }),
    'the point at infinity': () => ({ point: Uint8Array.of(0) }),
    'a name that is no name': () => ({ subject: sequence(small(1)) }),
    'a name with an empty part': () => ({ issuer: sequence(der(0x31)) }),
    'a unique identifier': () => ({ unique: der(0x81, Uint8Array.of(0)) }),
    'something after the extensions': () => ({ more: small(1) }),
    'something after the signature': () => ({ after: small(1) }),
    'no extensions': () => ({ extensions: none }),
    'an empty list of extensions': () => list(),
    'an extension twice': () => list(authority(false), authority(false)),
    'an extension with FALSE written out': () => list(sequence(oid(basic), boolean(false), octets(sequence()))),
    'an unknown critical extension': () => list(extension('1.2.3', sequence(), true)),
    'CA:FALSE written out': () => list(extension(basic, sequence(boolean(false)))),
    'a path length for what is no CA': () => list(extension(basic, sequence(small(0)))),
    'a negative path length': () => list(extension(basic, sequence(boolean(true), der(0x02, Uint8Array.of(0xff))))),
    'bytes after basicConstraints': () => list(extension(basic, Uint8Array.of(...sequence(), 0))),
    'key usage of no bits': () => list(extension('2.5.29.15', bits(none))),
    'key usage with trailing zero bits': () => list(extension('2.5.29.15', bits(Uint8Array.of(0x80)))),
    'key usage that is no bit string': () => list(extension('2.5.29.15', small(4))),
    'a signature of one number': () => ({ signature: bits(sequence(small(1))) }),
    'a signature of three numbers': () => ({ signature: bits(sequence(small(1), small(1), small(1))) }),
    'a negative signature': () => ({ signature: bits(sequence(der(0x02, Uint8Array.of(0xff)), small(1))) }),
    'a signature of 33 bytes': () => ({ signature: bits(sequence(integer(new Uint8Array(33).fill(1)), small(1))) }),
    'bytes after the signature value': () => ({ signature: bits(Uint8Array.of(...sequence(small(1), small(1)), 0)) }),
    'a signature that is not whole bytes': () => ({ signature: bits(sequence(small(1), small(2)), 1) }),
    'three dates': () => ({ validity: sequence(time(now), time(now), time(now)) }),
    'one date': () => ({ validity: sequence(time(now)) }),
  }
  it.each(Object.entries(bad))('%s', (_, parts) => {
    expect(() => readCertificate(certificate(parts()))).toThrow(FormatError)
  })
})
