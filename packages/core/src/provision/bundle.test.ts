import type { VerifiedEnclave } from '@mse/attest'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { codeKeyFrom } from '../package/age/code-key.ts'
import { proveEnclave } from '../testing/make-believe-enclave.ts'
import { refusal } from '../testing/refuses.ts'
import { requireVerified, sealBundle, type BundleInputs } from './bundle.ts'

// What a bundle says is judged in spec/bundle.test.ts; here is who gets one.
const now = new Date()
const signing = generateKeyPairSync('ed25519').privateKey
const inputs: BundleInputs = {
  owner: { signing, public: createPublicKey(signing) },
  codeKey: codeKeyFrom(Buffer.alloc(32, 1)),
  now,
  secrets: undefined,
  sealed: undefined,
  secretsInside: true,
}
let verified: VerifiedEnclave
beforeAll(async () => {
  ;({ verified } = await proveEnclave(now))
})

const notVerified = refusal('provision/not-verified')

it('is another one every time, even for the same enclave', () => {
  expect(sealBundle(verified, inputs).equals(sealBundle(verified, inputs))).toBe(false)
})

describe('refuses', () => {
  it('an object that only looks like a verified enclave', () => {
    const lookalike = {
      tlsKey: verified.tlsKey,
      sealingKey: Uint8Array.from(codeKeyFrom(Buffer.alloc(32, 2)).recipient),
      reportData: verified.reportData,
      measurement: verified.measurement,
      policyDigest: verified.policyDigest,
      validUntil: verified.validUntil,
    }
    expect(() => sealBundle(lookalike as unknown as VerifiedEnclave, inputs)).toThrow(notVerified)
  })

  it('an object with the prototype of a verified enclave', () => {
    const heir = Object.create(verified) as VerifiedEnclave
    expect(() => sealBundle(heir, inputs)).toThrow(notVerified)
    const proxy = new Proxy(verified, {})
    expect(() => sealBundle(proxy, inputs)).toThrow(notVerified)
  })

  it.each([undefined, null, 'enclave', 1])('%s', (value) => {
    expect(() => sealBundle(value as unknown as VerifiedEnclave, inputs)).toThrow(notVerified)
  })

  it('a verdict that has lapsed', () => {
    const end = verified.validUntil.getTime()
    expect(() => requireVerified(verified, new Date(end))).not.toThrow()
    expect(() => requireVerified(verified, new Date(end + 1))).toThrow(notVerified)
    expect(() => sealBundle(verified, { ...inputs, now: new Date(end + 1) })).toThrow(notVerified)
  })

  it('a clock that does not know the time', () => {
    expect(() => requireVerified(verified, new Date(Number.NaN))).toThrow(notVerified)
  })

  it('secrets that no launcher would take', () => {
    const sealed = Buffer.alloc(1_600_000, 'x')
    expect(() => sealBundle(verified, { ...inputs, sealed })).toThrow(refusal('provision/oversized'))
    expect(sealBundle(verified, { ...inputs, sealed: sealed.subarray(0, 1_000_000) }).length).toBeLessThan(2 << 20)
  })
})
