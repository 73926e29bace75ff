import { expect, it } from 'vitest'
import { sha256 } from '../crypto.ts'
import { AttestationError } from '../error.ts'
import { Ledger } from '../ledger.ts'
import { readRaTlsCertificate } from '../ra-tls/certificate.ts'
import { judgeCertificate, proveCertificate } from '../ra-tls/judge.ts'
import { readRaTls } from '../ra-tls/read.ts'
import type { RaTlsScheme } from '../ra-tls/schemes.ts'
import { cborBytes } from './cbor-writer.ts'
import {
  createPlatform,
  extension,
  generateKey,
  makeEnclave,
  showKey,
  type EnclaveFields,
  type Platform,
} from './index.ts'
import { keyHash } from './ra-tls-schemes.ts'

export const now: Date = new Date('2026-06-15T12:00:00Z')
const measurement = new Uint8Array(32).fill(0xab)
export const zero: Uint8Array = new Uint8Array(32)
export const oids = {
  dice: '2.23.133.5.4.9',
  cosmian: '1.2.840.113741.1337.6',
  gramine: '0.6.9.42.840.113741.1337.6',
  openEnclave: '1.2.840.113556.10.1.1',
  endorsements: '2.23.133.5.4.2',
  comment: '2.16.840.1.113730.1.13',
} as const

export const platform: Platform = await createPlatform({ now })
export const key: CryptoKeyPair = await generateKey()
export const stranger: CryptoKeyPair = await generateKey()
/** SubjectPublicKeyInfo of `key`, DER. */
export const spki: Uint8Array = await spkiOf(key)

export async function spkiOf({ publicKey }: CryptoKeyPair): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.exportKey('spki', publicKey))
}

/** Everything about a certificate, but whether its quote is genuine. */
export async function judge(der: Uint8Array): Promise<{ scheme: RaTlsScheme; passed: readonly string[] }> {
  const ledger = new Ledger()
  const certificate = ledger.decode('evidence/malformed', () => readRaTlsCertificate(der))
  const raTls = readRaTls(ledger, certificate)
  const reportData = raTls.quote.slice(48 + 320, 48 + 384)
  const proofs = await proveCertificate(certificate, raTls, reportData)
  judgeCertificate(ledger, certificate, raTls, proofs, { reportData, now })
  return { scheme: raTls.scheme, passed: ledger.passed.map(({ code }) => code) }
}

export async function enclave(fields: Partial<EnclaveFields>): Promise<Uint8Array> {
  const { evidence } = await makeEnclave(platform, {
    now,
    measurement,
    ...fields,
    certificate: { tlsKey: key, ...fields.certificate },
  })
  return evidence.certificate
}

/** A certificate of `key` with these extensions. */
export async function withExtensions(...extensions: readonly Uint8Array[]): Promise<Uint8Array> {
  return enclave({ certificate: { odd: { extensions } } })
}

/** An extension whose quote vouches for a key under a scheme. */
export async function shown(scheme: RaTlsScheme, of: CryptoKeyPair = key): Promise<Uint8Array> {
  const { reportData, oid, wrap } = await showKey(scheme, of.publicKey, zero)
  return extension(oid, wrap(await quoteOver(reportData)))
}

export async function quoteOver(reportData: Uint8Array): Promise<Uint8Array> {
  return (await makeEnclave(platform, { now, measurement, report: { reportData } })).quote
}

/** DICE evidence whose quote is over these claims. */
export async function dice(claims: Uint8Array): Promise<Uint8Array> {
  return enclave({ scheme: 'DICE', oddClaims: { claims } })
}

export function attack(code: string, name: string, run: () => Promise<Uint8Array>): void {
  it(`${name}: ${code}`, async () => {
    const error = await judge(await run()).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(AttestationError)
    expect(error).toMatchObject({ code })
  })
}

/** The claim that names a key. */
export async function pubkeyHash(of: Uint8Array, algorithm: number = 1): Promise<Uint8Array> {
  return cborBytes(keyHash(algorithm, await sha256(of)))
}
