import { describe, expect, it } from 'vitest'
import { concat } from '../bytes.ts'
import { cborArray, cborBytes, cborMap, cborText } from '../testing/cbor-writer.ts'
import { octets } from '../testing/der-writer.ts'
import { extension, generateKey, showKey } from '../testing/index.ts'
import {
  dice,
  enclave,
  judge,
  key,
  oids,
  pubkeyHash,
  quoteOver,
  shown,
  spki,
  withExtensions,
  zero,
} from '../testing/ra-tls-attack.test-case.ts'
import { keyHash } from '../testing/ra-tls-schemes.ts'
import type { RaTlsScheme } from './schemes.ts'

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
