import { beforeAll, describe, expect, it } from 'vitest'
import { AttestationError, strictSgxPolicy, verifyEvidence, verifyFreshness, type VerifiedEnclave } from './index.ts'
import { createHardware, createPlatform, makeEnclave, type MakeBelieveEnclave, type Platform } from './testing/index.ts'

const now = new Date('2026-06-15T12:00:00Z')
const given = { now }
const measurement = new Uint8Array(32).fill(1)
const nonce = new Uint8Array(32).fill(0x6e)
let platform: Platform
let live: MakeBelieveEnclave
let enclave: VerifiedEnclave

beforeAll(async () => {
  platform = await createPlatform({ now })
  live = await makeEnclave(platform, { now, measurement })
  const softwareRoots = [platform.rootKeyHash]
  const policy = { platform: 'software', softwareRoots, measurement: 'any', signer: 'any', debug: 'any' } as const
  enclave = (await verifyEvidence(live.evidence, policy, given)).enclave
})

async function expectRefusal(code: string, answer: Uint8Array, asked = nonce, at = now) {
  const error = await verifyFreshness(answer, asked, enclave, { now: at }).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(AttestationError)
  expect(error).toMatchObject({ code })
}

it('accepts the answer of the enclave that was verified', async () => {
  for (const length of [16, 32, 64]) {
    const asked = new Uint8Array(length).fill(length)
    await expect(verifyFreshness(await live.answer(asked), asked, enclave, given)).resolves.toBeUndefined()
  }
})

it('judges the nonce and the time that it was asked with, whatever becomes of their memory', async () => {
  const [asked, at] = [nonce.slice(), new Date(now)]
  const judged = verifyFreshness(await live.answer(nonce), asked, enclave, { now: at })
  asked.fill(0)
  at.setFullYear(1970)
  await expect(judged).resolves.toBeUndefined()
})

it('compares with what was verified, not with what somebody wrote into the verdict since', async () => {
  const policy = {
    platform: 'software',
    softwareRoots: [platform.rootKeyHash],
    measurement: 'any',
    signer: 'any',
  } as const
  const verdict = await verifyEvidence(live.evidence, { ...policy, debug: 'any' }, given)
  expect(Reflect.set(verdict.machine, 'ppid', '00'.repeat(16))).toBe(false)
  await expect(verifyFreshness(await live.answer(nonce), nonce, verdict.enclave, given)).resolves.toBeUndefined()
})

it('judges an enclave of hardware as its evidence was judged, to the root and with the collateral', async () => {
  const hardware = await createHardware({ now, tee: 'sgx' })
  const shown = await makeEnclave(hardware, { now, measurement, scheme: 'Cosmian' })
  const [collateral, rootsForTesting] = [await hardware.collateral(), [hardware.rootKeyHash]]
  const policy = strictSgxPolicy({ measurement: 'any', signer: 'any' })
  const verdict = await verifyEvidence(shown.evidence, policy, { now, collateral, rootsForTesting })
  const answer = await shown.answer(nonce)
  await expect(verifyFreshness(answer, nonce, verdict.enclave, { now, collateral })).resolves.toBeUndefined()
  await expect(verifyFreshness(answer, nonce, verdict.enclave, { now })).rejects.toMatchObject({
    code: 'collateral/missing',
  })
  const other = await makeEnclave(await createHardware({ now, tee: 'sgx' }), { now, measurement, scheme: 'Cosmian' })
  const answered = verifyFreshness(await other.answer(nonce), nonce, verdict.enclave, { now, collateral })
  await expect(answered).rejects.toMatchObject({ code: 'chain/root' })
})

describe('refuses', () => {
  it('an answer to a nonce that was written over the one that was asked', async () => {
    const asked = nonce.slice()
    const judged = verifyFreshness(await live.answer(new Uint8Array(32)), asked, enclave, given)
    asked.fill(0)
    await expect(judged).rejects.toMatchObject({ code: 'fresh/mismatch' })
  })

  it('an answer to another nonce', async () => {
    await expectRefusal('fresh/mismatch', await live.answer(new Uint8Array(32)))
  })

  it('an answer that was recorded: the quote of the certificate', async () => {
    await expectRefusal('fresh/mismatch', live.quote)
  })

  it('an answer of another enclave of the same code on the same machine', async () => {
    const other = await makeEnclave(platform, { now, measurement })
    await expectRefusal('fresh/mismatch', await other.answer(nonce))
  })

  it.each([
    ['other code', { measurement: new Uint8Array(32).fill(2) }],
    ['code of another owner', { signer: new Uint8Array(32).fill(2) }],
    ['the same code, run for debugging', { debug: true }],
    ['another product', { isvProdId: 1 }],
    ['another security version', { isvSvn: 1 }],
  ])('an answer of %s over the same key', async (_, report) => {
    await expectRefusal('fresh/mismatch', await live.answer(nonce, report))
  })

  it('an answer of another machine', async () => {
    const elsewhere = await makeEnclave(await createPlatform({ now }), {
      now,
      measurement,
      certificate: { tlsKey: live.tlsKey },
    })
    await expectRefusal('chain/root', await elsewhere.answer(nonce))
  })

  it('a forged, a cut and an extended answer', async () => {
    const answer = await live.answer(nonce)
    const forged = answer.slice()
    forged[48 + 64] = 0xff
    await expectRefusal('quote/signature', forged)
    await expectRefusal('quote/malformed', answer.subarray(0, -1))
    await expectRefusal('quote/trailing', Uint8Array.of(...answer, 1))
    await expectRefusal('quote/malformed', new Uint8Array(0))
  })

  it('an answer after the verdict has lapsed, or at no time', async () => {
    const answer = await live.answer(nonce)
    await verifyFreshness(answer, nonce, enclave, { now: new Date('2026-06-15T13:00:00Z') })
    await expectRefusal('fresh/lapsed', answer, nonce, new Date('2026-06-15T13:00:01Z'))
    await expectRefusal('fresh/lapsed', answer, nonce, new Date(NaN))
  })

  it('a nonce that could be foreseen, and what is no verified enclave', async () => {
    const answer = await live.answer(nonce)
    for (const length of [0, 15, 65]) {
      await expect(verifyFreshness(answer, new Uint8Array(length), enclave, given)).rejects.toThrow(RangeError)
    }
    const imitation: VerifiedEnclave = Object.create(enclave)
    await expect(verifyFreshness(answer, nonce, imitation, given)).rejects.toThrow(TypeError)
  })
})
