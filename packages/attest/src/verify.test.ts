import { beforeAll, describe, expect, it } from 'vitest'
import { AttestationError, PolicyMismatch, VerifiedEnclave, examineEvidence, verifyEvidence } from './index.ts'
import { type Policy, type SoftwarePolicy } from './index.ts'
import { checks } from './checks/checks.ts'
import { createPlatform, generateKey, makeEnclave, type EnclaveFields, type Platform } from './testing/index.ts'

const now = new Date('2026-06-15T12:00:00Z')
const measurement = new Uint8Array(32).fill(0xab)
const hex = 'ab'.repeat(32)
const zero = '00'.repeat(32)
/** Rows of hardware, and of evidence with claims. */
const others =
  /^(evidence\/claims|collateral|signer|crl|tcb-info|qe-identity|tcb|quote\/qe-(signer|product|miscselect|attributes|level))\b/
const software = ['policy/platform', 'policy/debug', 'policy/measurement', 'policy/signer']
const rows = Object.keys(checks).filter(
  (code) => !others.test(code) && (!code.startsWith('policy/') || software.includes(code)),
)
let platform: Platform
let policy: SoftwarePolicy

beforeAll(async () => {
  platform = await createPlatform({ now })
  policy = {
    platform: 'software',
    softwareRoots: [platform.rootKeyHash],
    measurement: [hex],
    signer: [zero],
    debug: 'refused',
  }
})

async function verify(fields: Partial<EnclaveFields> = {}, changes: Partial<SoftwarePolicy> = {}) {
  const { evidence } = await makeEnclave(platform, { now, measurement, ...fields })
  return verifyEvidence(evidence, { ...policy, ...changes }, { now })
}

describe('genuine evidence of a software enclave', () => {
  it('gives a verdict with every fact and every check', async () => {
    const sealingKey = new Uint8Array(32).fill(7)
    const verdict = await verify({ sealingKey, report: { isvProdId: 3, isvSvn: 258 } })
    expect(verdict).toMatchObject({
      platform: 'software',
      platformName: 'software enclave',
      root: platform.rootKeyHash,
      measurement: hex,
      signer: zero,
      isvProdId: 3,
      isvSvn: 258,
      debug: false,
      scheme: 'mse',
      names: ['app.example', '127.0.0.1'],
      notAfter: new Date('2026-07-14T12:00:00Z'),
    })
    expect(verdict.reportData.slice(64)).toBe('07'.repeat(32))
    expect(verdict.checks.map(({ code }) => code)).toEqual(rows)
    expect(verdict.checks.every(({ outcome }) => outcome === 'passed')).toBe(true)
    expect(verdict.policyDigest).toMatch(/^[0-9a-f]{64}$/)
  })

  it.each([
    [0, /storage|stores/, false],
    [1, /in a container: what it stores is memory/, true],
    [2, /Gramine without SGX/, true],
    [3, /this version does not know \(3\)/, true],
  ])('says where an enclave of kind %d lives', async (isvProdId, caveat, said) => {
    const { evidence } = await makeEnclave(platform, { now, measurement, report: { isvProdId } })
    const { caveats } = await examineEvidence(evidence, { now, softwareRoots: [platform.rootKeyHash] })
    expect(caveat.test(caveats.join())).toBe(said)
  })

  it('says what it does not prove', async () => {
    const { caveats } = await verify()
    expect(caveats.join()).toMatch(/the operator of the machine can read everything; it is not hardware/)
    expect(caveats.join()).toMatch(/Python/)
    expect(caveats.join()).toMatch(/revocation/)
  })

  it('carries the keys that were verified, for an hour at most', async () => {
    const { evidence, tlsKey } = await makeEnclave(platform, {
      now,
      measurement,
      sealingKey: new Uint8Array(32).fill(5),
    })
    const { enclave, policyDigest } = await verifyEvidence(evidence, policy, { now })
    expect(VerifiedEnclave.isVerified(enclave)).toBe(true)
    expect(enclave.tlsKey).toEqual(new Uint8Array(await crypto.subtle.exportKey('spki', tlsKey.publicKey)))
    expect(enclave.sealingKey).toEqual(new Uint8Array(32).fill(5))
    expect(enclave.reportData).toHaveLength(64)
    expect(enclave.measurement).toBe(hex)
    expect(enclave.policyDigest).toBe(policyDigest)
    expect(enclave.validUntil).toEqual(new Date('2026-06-15T13:00:00Z'))
  })

  it('is relied on no longer than its certificates are valid', async () => {
    const notAfter = new Date('2026-06-15T12:30:00Z')
    expect((await verify({ certificate: { notAfter } })).enclave.validUntil).toEqual(notAfter)
    const short = await createPlatform({ now, odd: { ca: { notAfter } } })
    const { evidence } = await makeEnclave(short, { now, measurement })
    const verdict = await verifyEvidence(evidence, { ...policy, softwareRoots: [short.rootKeyHash] }, { now })
    expect(verdict.enclave.validUntil).toEqual(notAfter)
  })

  it('is examined without a policy', async () => {
    const { evidence } = await makeEnclave(platform, { now, measurement, report: { debug: true } })
    const examination = await examineEvidence(evidence, { now, softwareRoots: [platform.rootKeyHash] })
    expect(examination).toMatchObject({ platform: 'software', measurement: hex, debug: true })
    expect(examination.checks.some(({ code }) => code.startsWith('policy/'))).toBe(false)
    expect(examination.caveats.join()).toMatch(/debug/)
    expect(examination).not.toHaveProperty('enclave')
  })

  it('may have quoting enclave data of any length, and zero padding after the quote', async () => {
    for (const length of [0, 1, 32, 1000]) {
      await verify({ oddQuotingEnclave: { authentication: new Uint8Array(length).fill(1) } })
    }
    await verify({ oddQuote: { trailing: new Uint8Array(100) } })
  })

  it.each(['P-384', 'RSA'] as const)('may have a TLS key of %s', async (kind) => {
    const tlsKey = await generateKey(kind)
    const { enclave } = await verify({ certificate: { tlsKey } })
    expect(enclave.tlsKey).toEqual(new Uint8Array(await crypto.subtle.exportKey('spki', tlsKey.publicKey)))
  })

  it('names no key to seal to if there is none', async () => {
    const { enclave } = await verify({ sealingKey: new Uint8Array(32) })
    expect(() => enclave.sealingKey).toThrow(expect.objectContaining({ code: 'provision/no-sealing-key' }))
  })

  it('proves no channel if it is a quote alone', async () => {
    const { quote } = await makeEnclave(platform, { now, measurement })
    const verdict = await verifyEvidence({ quote }, policy, { now })
    expect(verdict).toMatchObject({ platform: 'software', measurement: hex, names: [], scheme: undefined })
    expect(verdict).not.toHaveProperty('enclave')
    expect(verdict.checks.some(({ code }) => code.startsWith('certificate/'))).toBe(false)
  })

  it('is valid to the second at both ends', async () => {
    await verify({ certificate: { notBefore: now } })
    await verify({ certificate: { notAfter: now } })
  })
})

describe('a policy that accepts any', () => {
  it('shows in the verdict', async () => {
    const { checks } = await verify({ report: { debug: true } }, { measurement: 'any', signer: 'any', debug: 'any' })
    const details = Object.fromEntries(checks.map(({ code, detail }) => [code, detail]))
    expect(details['policy/measurement']).toBe('any measurement accepted by the policy')
    expect(details['policy/signer']).toBe('any signer accepted by the policy')
    expect(details['policy/debug']).toMatch(/debug enclaves accepted by the policy/)
  })

  it('differs from one that accepts a list', async () => {
    const [any, one] = await Promise.all([verify({}, { measurement: 'any' }), verify()])
    expect(any.policyDigest).not.toBe(one.policyDigest)
    expect(one.checks.find(({ code }) => code === 'policy/measurement')?.detail).toBeUndefined()
  })
})

describe('what is genuine and not what was asked for', () => {
  const refused: readonly [string, string, Partial<EnclaveFields>, Partial<SoftwarePolicy>][] = [
    ['other code', 'policy/measurement', {}, { measurement: ['cd'.repeat(32)] }],
    ['any code, for a policy that accepts none', 'policy/measurement', {}, { measurement: [] }],
    ['code of another owner', 'policy/signer', { report: { signer: new Uint8Array(32).fill(1) } }, {}],
    ['a debug enclave', 'policy/debug', { report: { debug: true } }, {}],
  ]

  it.each(refused)('%s: %s', async (_, code, fields, changes) => {
    const error = await verify(fields, changes).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(PolicyMismatch)
    expect(error).not.toBeInstanceOf(AttestationError)
    expect(error).toMatchObject({ code })
  })

  it('is told with what was expected, what was found, and what had passed', async () => {
    const error = await verify({}, { measurement: ['cd'.repeat(32), 'ef'.repeat(32)] }).catch((error: unknown) => error)
    expect(error).toMatchObject({ expected: `${'cd'.repeat(32)} or ${'ef'.repeat(32)}`, found: hex })
    const { checks: judged } = error instanceof PolicyMismatch ? error : { checks: [] }
    expect(judged.filter(({ outcome }) => outcome === 'failed').map(({ code }) => code)).toEqual(['policy/measurement'])
    expect(judged.map(({ code }) => code)).toEqual(rows)
  })

  it.each(['platform', 'softwareRoots', 'measurement', 'signer', 'debug'])(
    'a policy object without %s',
    async (member) => {
      const { evidence } = await makeEnclave(platform, { now, measurement })
      const rest: Policy = Object.create(null, Object.getOwnPropertyDescriptors({ ...policy, [member]: undefined }))
      const code = member === 'platform' ? 'policy/platform' : 'policy/malformed'
      await expect(verifyEvidence(evidence, rest, { now })).rejects.toMatchObject({ code })
    },
  )

  it('a root that is believed, and a time that it is, after the evidence was shown', async () => {
    const { evidence } = await makeEnclave(platform, { now, measurement })
    const softwareRoots: string[] = []
    const stranger = examineEvidence(evidence, { now, softwareRoots })
    softwareRoots.push(platform.rootKeyHash)
    await expect(stranger).rejects.toMatchObject({ code: 'chain/root' })
    const at = new Date(0)
    const early = examineEvidence(evidence, { now: at, softwareRoots })
    at.setTime(now.getTime())
    await expect(early).rejects.toMatchObject({ code: 'chain/not-yet-valid' })
  })

  it('a policy that changes its mind while the evidence is judged', async () => {
    const { evidence } = await makeEnclave(platform, { now, measurement, report: { debug: true } })
    const fickle = { ...policy, measurement: [hex] as string[], debug: 'refused' as 'refused' | 'any' }
    const verdict = verifyEvidence(evidence, fickle, { now })
    fickle.debug = 'any'
    await expect(verdict).rejects.toMatchObject({ code: 'policy/debug' })
  })
})
