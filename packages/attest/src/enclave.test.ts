import { serialize } from 'node:v8'
import { beforeAll, describe, expect, it } from 'vitest'
import { factsOf, makeVerifiedEnclave } from './enclave.ts'
import { VerifiedEnclave, verifyEvidence } from './index.ts'
import { createPlatform, makeEnclave } from './testing/index.ts'

const now = new Date('2026-06-15T12:00:00Z')
let enclave: VerifiedEnclave

beforeAll(async () => {
  const platform = await createPlatform({ now })
  const { evidence } = await makeEnclave(platform, { now, measurement: new Uint8Array(32) })
  const softwareRoots = [platform.rootKeyHash]
  const policy = { platform: 'software', softwareRoots, measurement: 'any', signer: 'any', debug: 'refused' } as const
  enclave = (await verifyEvidence(evidence, policy, { now })).enclave
})

describe('a verified enclave cannot be', () => {
  it('made by hand', () => {
    const secret = Symbol('only the verifier makes one')
    expect(() => new VerifiedEnclave(secret, factsOf(enclave))).toThrow(TypeError)
    expect(() => Reflect.construct(VerifiedEnclave, [])).toThrow(TypeError)
    expect(() => Reflect.construct(VerifiedEnclave, [undefined, {}], Date)).toThrow(TypeError)
    expect(() => Reflect.construct(enclave.constructor, [undefined, factsOf(enclave)])).toThrow(TypeError)
  })

  it('imitated', () => {
    const shape = { tlsKey: enclave.tlsKey, sealingKey: enclave.sealingKey, validUntil: enclave.validUntil }
    const heir: VerifiedEnclave = Object.create(VerifiedEnclave.prototype)
    const proxy = new Proxy(enclave, {})
    for (const other of [shape, heir, proxy, Object.create(enclave), null, undefined, 'enclave', 1]) {
      expect(VerifiedEnclave.isVerified(other)).toBe(false)
    }
    expect(() => heir.sealingKey).toThrow(TypeError)
    expect(() => factsOf(heir)).toThrow(TypeError)
  })

  it('written down', () => {
    expect(() => JSON.stringify(enclave)).toThrow(TypeError)
    expect(() => JSON.stringify({ verdict: { enclave } })).toThrow(TypeError)
    expect(() => structuredClone(enclave)).toThrow()
    expect(() => serialize(enclave)).toThrow()
  })

  it('changed', () => {
    expect(Object.isFrozen(enclave)).toBe(true)
    enclave.sealingKey.fill(0xff)
    enclave.tlsKey.fill(0xff)
    enclave.reportData.fill(0xff)
    enclave.validUntil.setTime(8e15)
    expect(enclave.sealingKey).toEqual(new Uint8Array(32).fill(9))
    expect(enclave.tlsKey[0]).toBe(0x30)
    expect(enclave.reportData.slice(32)).toEqual(enclave.sealingKey)
    expect(enclave.validUntil).toEqual(new Date('2026-06-15T13:00:00Z'))
  })
})

it('only the maker inside the module makes one', () => {
  expect(VerifiedEnclave.isVerified(makeVerifiedEnclave(factsOf(enclave)))).toBe(true)
})
