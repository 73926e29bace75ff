import { describe } from 'vitest'
import { concat } from '../bytes.ts'
import { sha256 } from '../crypto.ts'
import { cborArray, cborBytes, cborHead, cborMap, cborTag, cborText } from '../testing/cbor-writer.ts'
import { octets } from '../testing/der-writer.ts'
import { extension, showKey } from '../testing/index.ts'
import {
  attack,
  dice,
  key,
  oids,
  pubkeyHash,
  quoteOver,
  spki,
  spkiOf,
  stranger,
  withExtensions,
  zero,
} from '../testing/ra-tls-attack.test-case.ts'
import { keyHash, taggedEvidence } from '../testing/ra-tls-schemes.ts'

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
