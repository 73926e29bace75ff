import { beforeAll, describe, expect, it } from 'vitest'
import { concat } from '../bytes.ts'
import { sha256 } from '../crypto.ts'
import { AttestationError } from '../error.ts'
import { Ledger } from '../ledger.ts'
import { cborArray, cborBytes, cborHead, cborMap, cborTag, cborText } from '../testing/cbor-writer.ts'
import { der, octets } from '../testing/der-writer.ts'
import {
  createPlatform,
  extension,
  generateKey,
  makeEnclave,
  showKey,
  type EnclaveFields,
  type Platform,
} from '../testing/index.ts'
import { keyHash, taggedEvidence } from '../testing/ra-tls-schemes.ts'
import { readRaTlsCertificate } from './certificate.ts'
import { judgeCertificate, proveCertificate } from './judge.ts'
import { readRaTls } from './read.ts'
import type { RaTlsScheme } from './schemes.ts'

const now = new Date('2026-06-15T12:00:00Z')
const measurement = new Uint8Array(32).fill(0xab)
const zero = new Uint8Array(32)
const oids = {
  dice: '2.23.133.5.4.9',
  cosmian: '1.2.840.113741.1337.6',
  gramine: '0.6.9.42.840.113741.1337.6',
  openEnclave: '1.2.840.113556.10.1.1',
  endorsements: '2.23.133.5.4.2',
  comment: '2.16.840.1.113730.1.13',
}

let platform: Platform
let key: CryptoKeyPair
let stranger: CryptoKeyPair
/** SubjectPublicKeyInfo of `key`, DER. */
let spki: Uint8Array

beforeAll(async () => {
  platform = await createPlatform({ now })
  key = await generateKey()
  stranger = await generateKey()
  spki = await spkiOf(key)
})

async function spkiOf({ publicKey }: CryptoKeyPair): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.exportKey('spki', publicKey))
}

/** Everything about a certificate, but whether its quote is genuine. */
async function judge(der: Uint8Array): Promise<{ scheme: RaTlsScheme; passed: readonly string[] }> {
  const ledger = new Ledger()
  const certificate = ledger.decode('evidence/malformed', () => readRaTlsCertificate(der))
  const raTls = readRaTls(ledger, certificate)
  const reportData = raTls.quote.slice(48 + 320, 48 + 384)
  const proofs = await proveCertificate(certificate, raTls, reportData)
  judgeCertificate(ledger, certificate, raTls, proofs, { reportData, now })
  return { scheme: raTls.scheme, passed: ledger.passed.map(({ code }) => code) }
}

async function enclave(fields: Partial<EnclaveFields>): Promise<Uint8Array> {
  const { evidence } = await makeEnclave(platform, {
    now,
    measurement,
    ...fields,
    certificate: { tlsKey: key, ...fields.certificate },
  })
  return evidence.certificate
}

/** A certificate of `key` with these extensions. */
async function withExtensions(...extensions: readonly Uint8Array[]): Promise<Uint8Array> {
  return enclave({ certificate: { odd: { extensions } } })
}

/** An extension whose quote vouches for a key under a scheme. */
async function shown(scheme: RaTlsScheme, of: CryptoKeyPair = key): Promise<Uint8Array> {
  const { reportData, oid, wrap } = await showKey(scheme, of.publicKey, zero)
  return extension(oid, wrap(await quoteOver(reportData)))
}

async function quoteOver(reportData: Uint8Array): Promise<Uint8Array> {
  return (await makeEnclave(platform, { now, measurement, report: { reportData } })).quote
}

/** DICE evidence whose quote is over these claims. */
async function dice(claims: Uint8Array): Promise<Uint8Array> {
  return enclave({ scheme: 'DICE', oddClaims: { claims } })
}

function attack(code: string, name: string, run: () => Promise<Uint8Array>): void {
  it(`${name}: ${code}`, async () => {
    const error = await judge(await run()).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(AttestationError)
    expect(error).toMatchObject({ code })
  })
}

const pubkeyHash = async (of: Uint8Array, algorithm = 1) => cborBytes(keyHash(algorithm, await sha256(of)))

describe('is accepted, and its scheme is named', () => {
  it.each<RaTlsScheme>(['mse', 'Cosmian', 'Gramine legacy', 'Open Enclave', 'DICE'])('%s', async (scheme) => {
    for (const kind of ['P-256', 'P-384', 'RSA'] as const) {
      const tlsKey = await generateKey(kind)
      const { scheme: named, passed } = await judge(await enclave({ scheme, certificate: { tlsKey } }))
      expect(named).toBe(scheme)
      expect(passed.includes('evidence/claims')).toBe(scheme === 'DICE')
    }
  })

  it('DICE beside what Gramine used to show, with another quote', async () => {
    const both = await withExtensions(await shown('Gramine legacy'), await shown('DICE'))
    expect(await judge(both)).toMatchObject({ scheme: 'DICE' })
  })

  it.each<RaTlsScheme>(['Cosmian', 'DICE'])('%s that is marked critical, since it is read', async (scheme) => {
    const { reportData, oid, wrap } = await showKey(scheme, key.publicKey, zero)
    const critical = await withExtensions(extension(oid, wrap(await quoteOver(reportData)), true))
    expect(await judge(critical)).toMatchObject({ scheme })
  })

  it('DICE with endorsements, which are not looked at', async () => {
    const endorsed = await withExtensions(extension(oids.endorsements, Uint8Array.of(0xff)), await shown('DICE'))
    expect(await judge(endorsed)).toMatchObject({ scheme: 'DICE' })
  })

  it.each([
    ['SHA-384', 7],
    ['SHA-512', 8],
  ])('DICE with a hash of %s', async (name, algorithm) => {
    const hash = new Uint8Array(await crypto.subtle.digest(name, concat(spki)))
    const claims = cborMap(['pubkey-hash', cborBytes(keyHash(algorithm, hash))])
    expect(await judge(await dice(claims))).toMatchObject({ scheme: 'DICE' })
  })

  it('DICE with a nonce and claims that nobody knows', async () => {
    const claims = cborMap(
      ['nonce', cborBytes(zero)],
      ['pubkey-hash', await pubkeyHash(spki)],
      ['else', cborArray(cborText('x'), cborMap())],
    )
    expect(await judge(await dice(claims))).toMatchObject({ scheme: 'DICE' })
  })

  it('a quote in an OCTET STRING, as Azure Attestation has it', async () => {
    const { reportData } = await showKey('Open Enclave', key.publicKey, zero)
    const azure = extension(oids.openEnclave, octets(await quoteOver(reportData)))
    expect(await judge(await withExtensions(azure))).toMatchObject({ scheme: 'Open Enclave' })
  })
})

describe('where the evidence is', () => {
  attack('evidence/no-quote', 'good evidence hidden in a comment', async () =>
    withExtensions(extension(oids.comment, await shown('DICE'))),
  )
  attack('evidence/no-quote', 'good evidence inside the extension of another', async () =>
    withExtensions(extension('2.5.29.17', der(0x30, der(0xa0, octets(await shown('Gramine legacy')))))),
  )
  attack('evidence/no-quote', 'endorsements without evidence', () =>
    withExtensions(extension(oids.endorsements, Uint8Array.of(0xa0))),
  )
  attack('evidence/no-quote', 'good evidence of two schemes, neither of them DICE', async () =>
    withExtensions(await shown('Cosmian'), await shown('Gramine legacy')),
  )
  attack('evidence/malformed', 'DICE evidence twice, good and then bad', async () =>
    withExtensions(await shown('DICE'), await shown('DICE', stranger)),
  )
  attack('evidence/malformed', 'a Gramine quote twice', async () =>
    withExtensions(await shown('Gramine legacy', stranger), await shown('Gramine legacy')),
  )
  attack(
    'evidence/malformed',
    'endorsements that are critical, which are not looked at, beside good evidence',
    async () => withExtensions(extension(oids.endorsements, Uint8Array.of(0xa0), true), await shown('DICE')),
  )
  attack('evidence/no-quote', 'a certificate of a platform, shown as that of an enclave', async () => {
    const [pck] = platform.certificates
    return pck
  })
  attack('evidence/scheme', 'evidence of AMD SEV-SNP', () =>
    withExtensions(extension('1.2.840.113741.1337.7', new Uint8Array(1184))),
  )
  attack('evidence/scheme', 'a quote under the OID of the PCK extension', async () => {
    const { reportData } = await showKey('Cosmian', key.publicKey, zero)
    return withExtensions(extension('1.2.840.113741.1.13.1', await quoteOver(reportData)))
  })
})

describe('what is around the quote', () => {
  const wrapped = (change: (good: Uint8Array) => Uint8Array) => async (): Promise<Uint8Array> => {
    const { reportData, oid, wrap } = await showKey('DICE', key.publicKey, zero)
    return withExtensions(extension(oid, change(wrap(await quoteOver(reportData)))))
  }
  const retagged = (tag: number) => async (): Promise<Uint8Array> => {
    const claims = cborMap(['pubkey-hash', await pubkeyHash(spki)])
    return withExtensions(
      extension(oids.dice, taggedEvidence(await quoteOver(concat(await sha256(claims), zero)), claims, tag)),
    )
  }
  attack(
    'evidence/wrapper',
    'nothing',
    wrapped(() => new Uint8Array(0)),
  )
  attack(
    'evidence/wrapper',
    'a byte after the evidence',
    wrapped((good) => concat(good, Uint8Array.of(0))),
  )
  attack(
    'evidence/wrapper',
    'evidence cut short',
    wrapped((good) => good.subarray(0, -1)),
  )
  attack(
    'evidence/wrapper',
    'evidence without its tag',
    wrapped((good) => good.subarray(3)),
  )
  attack('evidence/wrapper', 'the tag of a report in place of a quote', retagged(60_001))
  attack('evidence/wrapper', 'the tag of a legacy report', retagged(60_002))
  attack('evidence/wrapper', 'a tag of something else', retagged(55_799))
  attack(
    'evidence/wrapper',
    'the tag twice',
    wrapped((good) => cborTag(60_000, good)),
  )
  attack(
    'evidence/wrapper',
    'an array of indefinite length',
    wrapped((good) => concat(good.subarray(0, 3), Uint8Array.of(0x9f), good.subarray(4), Uint8Array.of(0xff))),
  )
  attack(
    'evidence/wrapper',
    'a third member',
    wrapped((good) => concat(good.subarray(0, 3), Uint8Array.of(0x83), good.subarray(4), Uint8Array.of(0))),
  )
  attack('evidence/wrapper', 'a quote alone', async () =>
    withExtensions(extension(oids.dice, cborTag(60_000, cborArray(cborBytes(zero))))),
  )
  attack('evidence/wrapper', 'text in place of the quote', async () =>
    withExtensions(extension(oids.dice, cborTag(60_000, cborArray(cborText('quote'), cborBytes(zero))))),
  )
  attack('evidence/wrapper', 'claims that are not in a byte string', async () =>
    withExtensions(extension(oids.dice, cborTag(60_000, cborArray(cborBytes(zero), cborMap())))),
  )
  attack('evidence/wrapper', 'a quote that claims to be longer than everything', async () =>
    withExtensions(extension(oids.dice, concat(cborHead(6, 60_000), cborHead(4, 2), cborHead(2, 0xffff_ffff), zero))),
  )
  attack('evidence/wrapper', 'five thousand arrays in each other', async () =>
    withExtensions(extension(oids.dice, new Uint8Array(5000).fill(0x81))),
  )

  const report = (change: (good: Uint8Array) => void) => async (): Promise<Uint8Array> => {
    const { reportData, oid, wrap } = await showKey('Open Enclave', key.publicKey, zero)
    const value = wrap(await quoteOver(reportData))
    change(value)
    return withExtensions(extension(oid, value))
  }
  attack(
    'evidence/wrapper',
    'an Open Enclave report of another version',
    report((value) => (value[0] = 2)),
  )
  attack(
    'evidence/wrapper',
    'an Open Enclave report for this machine only',
    report((value) => (value[4] = 1)),
  )
  attack(
    'evidence/wrapper',
    'an Open Enclave report one byte longer than it says',
    report((value) => (value[8] = (value[8] ?? 0) ^ 1)),
  )
  attack(
    'evidence/wrapper',
    'an Open Enclave report of 2³² bytes and more',
    report((value) => (value[12] = 1)),
  )
  attack('evidence/wrapper', 'an Open Enclave report that ends in its header', async () =>
    withExtensions(extension(oids.openEnclave, Uint8Array.of(1, 0, 0, 0, 2, 0))),
  )
  attack('evidence/wrapper', 'a byte after the OCTET STRING of Azure Attestation', async () =>
    withExtensions(extension(oids.openEnclave, concat(octets(zero), Uint8Array.of(0)))),
  )
})

describe('the claims', () => {
  attack('evidence/claims', 'no pubkey-hash: nothing ties the key to the quote', () =>
    dice(cborMap(['nonce', cborBytes(zero)])),
  )
  attack('evidence/claims', 'no claims at all', () => dice(cborMap()))
  attack('evidence/claims', 'an array of claims', async () => dice(cborArray(await pubkeyHash(spki))))
  attack('evidence/claims', 'a pubkey-hash named in bytes, not in text', async () =>
    dice(concat(cborHead(5, 1), cborBytes(new TextEncoder().encode('pubkey-hash')), await pubkeyHash(spki))),
  )
  attack('evidence/claims', 'a number as name of a claim', async () =>
    dice(concat(cborHead(5, 2), cborText('pubkey-hash'), await pubkeyHash(spki), cborHead(0, 1), cborHead(0, 1))),
  )
  attack('evidence/claims', 'a second pubkey-hash, of a stranger', async () =>
    dice(cborMap(['pubkey-hash', await pubkeyHash(spki)], ['pubkey-hash', await pubkeyHash(await spkiOf(stranger))])),
  )
  attack('evidence/claims', 'a second pubkey-hash, after that of a stranger', async () =>
    dice(cborMap(['pubkey-hash', await pubkeyHash(await spkiOf(stranger))], ['pubkey-hash', await pubkeyHash(spki)])),
  )
  attack('evidence/claims', 'half a hash, for those who compare beginnings', async () =>
    dice(cborMap(['pubkey-hash', cborBytes(keyHash(1, (await sha256(spki)).subarray(0, 16)))])),
  )
  attack('evidence/claims', 'an empty hash', () =>
    dice(cborMap(['pubkey-hash', cborBytes(keyHash(1, new Uint8Array(0)))])),
  )
  attack('evidence/claims', 'a hash and more', async () =>
    dice(cborMap(['pubkey-hash', cborBytes(keyHash(1, concat(await sha256(spki), zero)))])),
  )
  attack('evidence/claims', 'a hash of an algorithm that is cut', async () =>
    dice(cborMap(['pubkey-hash', await pubkeyHash(spki, 2)])),
  )
  attack('evidence/claims', 'a hash whose algorithm is text', async () =>
    dice(cborMap(['pubkey-hash', cborBytes(cborArray(cborText('SHA-256'), cborBytes(await sha256(spki))))])),
  )
  attack('evidence/claims', 'a hash that is text', () =>
    dice(cborMap(['pubkey-hash', cborBytes(cborArray(cborHead(0, 1), cborText('x'.repeat(32))))])),
  )
  attack('evidence/claims', 'a pubkey-hash that is not encoded inside a byte string', async () =>
    dice(cborMap(['pubkey-hash', keyHash(1, await sha256(spki))])),
  )
  attack('evidence/claims', 'bytes after the pubkey-hash', async () =>
    dice(cborMap(['pubkey-hash', cborBytes(concat(keyHash(1, await sha256(spki)), zero))])),
  )
  attack('evidence/claims', 'a byte after the claims', async () =>
    dice(concat(cborMap(['pubkey-hash', await pubkeyHash(spki)]), Uint8Array.of(0))),
  )
  attack('evidence/claims', 'a nonce that is text', async () =>
    dice(cborMap(['pubkey-hash', await pubkeyHash(spki)], ['nonce', cborText('x')])),
  )
})

describe('the key', () => {
  const swapped: readonly RaTlsScheme[] = ['mse', 'Cosmian', 'Gramine legacy', 'Open Enclave', 'DICE']
  for (const scheme of swapped) {
    attack('certificate/key-binding', `${scheme}: the quote of an enclave in a certificate of a stranger`, async () =>
      withExtensions(await shown(scheme, stranger)),
    )
  }
  const rules: readonly [under: RaTlsScheme, by: RaTlsScheme][] = [
    ['Cosmian', 'Gramine legacy'],
    ['Cosmian', 'Open Enclave'],
    ['Gramine legacy', 'Cosmian'],
    ['Open Enclave', 'Gramine legacy'],
    ['DICE', 'Gramine legacy'],
    ['DICE', 'Cosmian'],
  ]
  for (const [under, by] of rules) {
    attack('certificate/key-binding', `${under}: a key that is bound by the rule of ${by}`, async () => {
      const { oid, wrap } = await showKey(under, key.publicKey, zero)
      const { reportData } = await showKey(by, key.publicKey, zero)
      return withExtensions(extension(oid, wrap(await quoteOver(reportData))))
    })
  }
  attack('certificate/key-binding', 'bad DICE evidence beside a good quote of Gramine', async () =>
    withExtensions(await shown('Gramine legacy'), await shown('DICE', stranger)),
  )
  attack('evidence/wrapper', 'broken DICE evidence beside a good quote of Gramine', async () =>
    withExtensions(await shown('Gramine legacy'), extension(oids.dice, Uint8Array.of(0))),
  )
  attack('certificate/key-binding', 'claims that the quote is not over', async () => {
    const claims = cborMap(['pubkey-hash', await pubkeyHash(spki)])
    return withExtensions(extension(oids.dice, taggedEvidence(await quoteOver(new Uint8Array(64)), claims)))
  })
  attack('certificate/key-binding', 'a pubkey-hash of the point alone', async () =>
    dice(cborMap(['pubkey-hash', await pubkeyHash(spki.subarray(-65))])),
  )
  attack('certificate/key-binding', 'a SHA-384 of 48 other bytes', () =>
    dice(cborMap(['pubkey-hash', cborBytes(keyHash(7, new Uint8Array(48)))])),
  )
  for (const scheme of ['Gramine legacy', 'Open Enclave', 'DICE'] as const) {
    attack('certificate/report-data', `${scheme}: something in the half that means nothing`, () =>
      enclave({ scheme, sealingKey: Uint8Array.of(...new Uint8Array(31), 1) }),
    )
  }
})

describe('the certificate', () => {
  for (const kind of ['P-256', 'P-384', 'RSA'] as const) {
    attack('certificate/signature', `a certificate of a ${kind} key that another one signed`, async () => {
      const [tlsKey, other] = await Promise.all([generateKey(kind), generateKey(kind)])
      return enclave({ scheme: 'DICE', certificate: { tlsKey, odd: { signedBy: other.privateKey } } })
    })
  }
  attack('evidence/malformed', 'an RSA key in a certificate that an EC key signed', async () =>
    enclave({ scheme: 'DICE', certificate: { tlsKey: await generateKey('RSA'), odd: { signedBy: key.privateKey } } }),
  )
  attack('evidence/malformed', 'an RSA signature of another length than the key', async () => {
    const [tlsKey, longer] = [await generateKey('RSA'), await generateKey('RSA', 3072)]
    return enclave({ scheme: 'DICE', certificate: { tlsKey, odd: { signedBy: longer.privateKey } } })
  })
  attack('certificate/key-strength', 'an RSA key of 1024 bits', async () =>
    enclave({ scheme: 'DICE', certificate: { tlsKey: await generateKey('RSA', 1024) } }),
  )
  attack('certificate/validity', 'a certificate of the past', () =>
    enclave({ scheme: 'DICE', certificate: { notAfter: new Date(now.getTime() - 1000) } }),
  )
  attack('certificate/validity', 'a certificate of the future', () =>
    enclave({ scheme: 'DICE', certificate: { notBefore: new Date(now.getTime() + 1000) } }),
  )
})
