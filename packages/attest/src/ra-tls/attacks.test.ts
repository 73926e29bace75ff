import { describe } from 'vitest'
import { cborBytes, cborMap } from '../testing/cbor-writer.ts'
import { der, octets } from '../testing/der-writer.ts'
import { extension, generateKey, showKey } from '../testing/index.ts'
import {
  attack,
  dice,
  enclave,
  key,
  now,
  oids,
  platform,
  pubkeyHash,
  quoteOver,
  shown,
  spki,
  stranger,
  withExtensions,
  zero,
} from '../testing/ra-tls-attack.test-case.ts'
import { keyHash, taggedEvidence } from '../testing/ra-tls-schemes.ts'
import type { RaTlsScheme } from './schemes.ts'

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
