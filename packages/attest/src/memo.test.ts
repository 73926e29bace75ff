import { beforeAll, describe, expect, it, vi } from 'vitest'
import { collateralNeed, strictSgxPolicy, verifyEvidence, VerifierMemo, type Collateral } from './index.ts'
import { createHardware, createPlatform, makeEnclave, type Hardware } from './testing/index.ts'

const now = new Date('2026-06-15T12:00:00Z')
const policy = strictSgxPolicy({ measurement: 'any', signer: 'any' })
let on: Hardware
let collateral: Collateral
let quotes: readonly Uint8Array[]

beforeAll(async () => {
  on = await createHardware({ now, tee: 'sgx' })
  collateral = await on.collateral()
  const enclave = await on.quotingEnclave()
  const report = { measurement: new Uint8Array(32), reportData: new Uint8Array(64) }
  quotes = await Promise.all([1, 2].map((isvSvn) => enclave.quote({ ...report, isvSvn })))
})

/** How many signatures were checked for a quote. */
async function signatures(memo: VerifierMemo, given: { at?: Date; collateral?: Collateral; quote?: Uint8Array } = {}) {
  const verify = vi.spyOn(crypto.subtle, 'verify')
  try {
    const evidence = { quote: given.quote ?? (quotes[0] as Uint8Array), collateral: given.collateral ?? collateral }
    await verifyEvidence(evidence, policy, { now: given.at ?? now, memo, rootsForTesting: [on.rootKeyHash] })
    return verify.mock.calls.length
  } finally {
    verify.mockRestore()
  }
}

describe('with a memo', () => {
  it('the signatures of one platform are checked once, those of each quote every time', async () => {
    const memo = new VerifierMemo()
    expect(await signatures(memo)).toBe(10)
    for (const quote of quotes) expect(await signatures(memo, { quote })).toBe(3)
    expect(await signatures(new VerifierMemo())).toBe(10)
  })

  it('a forged quote on a known platform is refused: quote/signature', async () => {
    const memo = new VerifierMemo()
    await signatures(memo)
    const forged = (quotes[0] as Uint8Array).slice()
    forged[48 + 64] = 1
    await expect(signatures(memo, { quote: forged })).rejects.toMatchObject({ code: 'quote/signature' })
  })

  it('what was valid is refused when it no longer is: crl/expired', async () => {
    const memo = new VerifierMemo()
    await signatures(memo)
    const at = new Date('2026-07-15T12:00:00Z')
    await expect(signatures(memo, { at })).rejects.toMatchObject({ code: 'crl/expired' })
  })

  it.each(['tcbInfo', 'qeIdentity', 'pckCrl', 'rootCaCrl'] as const)(
    'one changed byte of %s is noticed',
    async (member) => {
      const memo = new VerifierMemo()
      await signatures(memo)
      const bytes = collateral[member].slice()
      bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1
      await expect(signatures(memo, { collateral: { ...collateral, [member]: bytes } })).rejects.toThrow()
    },
  )

  it('collateral that its owner changes afterwards is not taken for what it was', async () => {
    const memo = new VerifierMemo()
    const mine = { ...collateral, tcbInfo: collateral.tcbInfo.slice() }
    await signatures(memo, { collateral: mine })
    mine.tcbInfo.fill(0x20)
    await expect(signatures(memo, { collateral: mine })).rejects.toMatchObject({ code: 'tcb-info/envelope' })
  })

  it('what was refused is not kept', async () => {
    const memo = new VerifierMemo()
    const bad = await on.collateral({ pckCrl: { nextUpdate: new Date('2026-06-15T11:00:00Z') } })
    await expect(signatures(memo, { collateral: bad })).rejects.toThrow()
    expect(await signatures(memo)).toBe(10)
  })

  it('seventeen platforms are one too many', async () => {
    const memo = new VerifierMemo()
    await signatures(memo)
    for (let count = 0; count < 16; count++) await signatures(memo, { collateral: await on.collateral() })
    expect(await signatures(memo)).toBe(10)
  })
})

describe('which collateral a quote needs', () => {
  it.each(['processor', 'platform'] as const)('of the %s CA', async (ca) => {
    for (const tee of ['sgx', 'tdx'] as const) {
      const machine = await createHardware({ now, tee, ca })
      const enclave = await machine.quotingEnclave()
      const reportData = new Uint8Array(64)
      const quote =
        tee === 'sgx'
          ? await enclave.quote({ measurement: new Uint8Array(32), reportData })
          : await enclave.quoteTd({ mrtd: new Uint8Array(48), reportData })
      expect(collateralNeed({ quote })).toEqual({ tee, ca, fmspc: '00806f050000' })
    }
  })

  it('none, of a software enclave', async () => {
    const { evidence } = await makeEnclave(await createPlatform({ now }), { now, measurement: new Uint8Array(32) })
    expect(collateralNeed(evidence)).toBeUndefined()
  })
})
