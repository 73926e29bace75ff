import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { checks } from '../checks/checks.ts'
import {
  PolicyMismatch,
  strictSgxPolicy,
  strictTdxPolicy,
  verifyEvidence,
  type Collateral,
  type Policy,
  type SgxPolicy,
  type TdxPolicy,
} from '../index.ts'
import { createHardware, type Hardware } from '../testing/index.ts'

const now = new Date('2026-06-15T12:00:00Z')
const hash = 'ab'.repeat(32)
const register = 'cd'.repeat(48)
const zero = '00'.repeat(48)
const other = { hash: '11'.repeat(32), register: '11'.repeat(48) }

interface Shown {
  readonly on: Hardware
  readonly quote: Uint8Array
  readonly collateral: Collateral
}

let sgx: Shown
let tdx: Shown
const enclave = strictSgxPolicy({ measurement: [hash], signer: ['00'.repeat(32)], isvProdId: [7], isvSvnMinimum: 3 })
const domain = strictTdxPolicy({ mrtd: [register], rtmr0: [zero], rtmr1: [zero], rtmr2: [zero], rtmr3: [zero] })

beforeAll(async () => {
  const reportData = new Uint8Array(64)
  const [enclaves, domains] = await Promise.all([
    createHardware({ now, tee: 'sgx' }),
    createHardware({ now, tee: 'tdx' }),
  ])
  const measurement = new Uint8Array(32).fill(0xab)
  const report = { measurement, reportData, isvProdId: 7, isvSvn: 3 }
  const mrtd = new Uint8Array(48).fill(0xcd)
  sgx = {
    on: enclaves,
    quote: await (await enclaves.quotingEnclave()).quote(report),
    collateral: await enclaves.collateral(),
  }
  tdx = {
    on: domains,
    quote: await (await domains.quotingEnclave()).quoteTd({ mrtd, reportData }, 3),
    collateral: await domains.collateral(),
  }
})

async function verify({ on, quote, collateral }: Shown, policy: Policy) {
  return verifyEvidence({ quote, collateral }, policy, { now, rootsForTesting: [on.rootKeyHash] })
}

it('accepts hardware that is in order, and says what it is, and that its root is no root', async () => {
  expect(await verify(sgx, enclave)).toMatchObject({
    platform: 'sgx',
    platformName: 'SGX enclave',
    measurement: hash,
    isvProdId: 7,
    isvSvn: 3,
    tcb: {
      status: 'UpToDate',
      advisories: [],
      evaluationNumber: 20,
      tcbInfoVersion: 3,
      nextUpdate: new Date('2026-07-14T12:00:00Z'),
    },
    machine: { fmspc: '00806f050000', pceId: '0000' },
    notAfter: new Date('2026-07-14T12:00:00Z'),
  })
  const verdict = await verify(tdx, domain)
  expect(verdict).toMatchObject({
    platform: 'tdx',
    measurement: register,
    mrtd: register,
    tcb: { module: { id: 'TDX_01' } },
  })
  expect(verdict.caveats.join()).toMatch(/the root was believed for testing/)
  expect(verdict.checks.find(({ code }) => code === 'chain/root')?.detail).toMatch(/believed for testing/)
})

it("is not fooled by a root for testing that nobody asked to believe: Intel's alone is", async () => {
  const { quote, collateral } = sgx
  await expect(verifyEvidence({ quote, collateral }, enclave, { now })).rejects.toMatchObject({ code: 'chain/root' })
})

const pattern = (digits: number) => ({ value: '00'.repeat(digits), mask: 'ff'.repeat(digits) })

const sgxRefused = {
  'policy/measurement': { measurement: [other.hash] },
  'policy/signer': { signer: [other.hash] },
  'policy/isv-prod-id': { isvProdId: [8] },
  'policy/isv-svn-minimum': { isvSvnMinimum: 4 },
  'policy/attributes': { attributes: pattern(16) },
  'policy/config-id': { configId: [other.hash.repeat(2)] },
  'policy/tcb-statuses': { tcbStatuses: ['OutOfDate'] },
  'policy/tcb-evaluation-number-minimum': { tcbEvaluationNumberMinimum: 21 },
  'policy/tcb-info-versions': { tcbInfoVersions: [2] },
  'policy/fmspc': { fmspc: ['00906ed50000'] },
  'policy/ppid': { ppid: ['11'.repeat(16)] },
  'policy/platform-instance': { platformInstance: ['11'.repeat(16)] },
} satisfies Readonly<Record<string, Partial<SgxPolicy>>>

const tdxRefused = {
  'policy/mrtd': { mrtd: [other.register] },
  'policy/rtmr0': { rtmr0: [other.register] },
  'policy/rtmr1': { rtmr1: [other.register] },
  'policy/rtmr2': { rtmr2: [other.register] },
  'policy/rtmr3': { rtmr3: [other.register] },
  'policy/mrseam': { mrseam: [other.register] },
  'policy/mrsignerseam': { mrsignerseam: [other.register] },
  'policy/mrconfigid': { mrconfigid: [other.register] },
  'policy/mrowner': { mrowner: [other.register] },
  'policy/mrownerconfig': { mrownerconfig: [other.register] },
  'policy/mrservicetd': { mrservicetd: [other.register] },
  'policy/td-attributes': { tdAttributes: pattern(8) },
  'policy/xfam': { xfam: { value: '01'.repeat(8), mask: 'ff'.repeat(8) } },
} satisfies Readonly<Record<string, Partial<TdxPolicy>>>

const refused: readonly (readonly [string, () => Shown, Policy])[] = [
  ...Object.entries(sgxRefused).map(([code, change]) => [code, () => sgx, { ...enclave, ...change }] as const),
  ...Object.entries(tdxRefused).map(([code, change]) => [code, () => tdx, { ...domain, ...change }] as const),
  ['policy/platform', () => sgx, domain],
  ['policy/platform', () => tdx, enclave],
]

describe('what is genuine and not what was asked for', () => {
  it.each(refused)('%s', async (code, shown, policy) => {
    const error = await verify(shown(), policy).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(PolicyMismatch)
    expect(error).toMatchObject({ code })
    if (code !== 'policy/platform') expect(error).toMatchObject({ differences: [{ code }] })
  })

  it('a debug enclave and a debug domain: policy/debug', async () => {
    const reportData = new Uint8Array(64)
    const quote = await (
      await sgx.on.quotingEnclave()
    ).quote({
      measurement: new Uint8Array(32).fill(0xab),
      reportData,
      isvProdId: 7,
      isvSvn: 3,
      debug: true,
    })
    await expect(verify({ ...sgx, quote }, enclave)).rejects.toMatchObject({ code: 'policy/debug' })
    expect(await verify({ ...sgx, quote }, { ...enclave, debug: 'any' })).toMatchObject({ debug: true })
    const tdAttributes = Uint8Array.of(1, 0, 0, 0x10, 0, 0, 0, 0)
    const mrtd = new Uint8Array(48).fill(0xcd)
    const td = await (await tdx.on.quotingEnclave()).quoteTd({ mrtd, reportData, tdAttributes })
    await expect(verify({ ...tdx, quote: td }, domain)).rejects.toMatchObject({ code: 'policy/debug' })
    expect(await verify({ ...tdx, quote: td }, { ...domain, debug: 'any' })).toMatchObject({ debug: true })
  })

  it('an open advisory: policy/advisories, unless it is named', async () => {
    const object = (info: Readonly<Record<string, unknown>>) => {
      const levels = info['tcbLevels'] as readonly object[]
      const open = { ...levels[0], tcbStatus: 'SWHardeningNeeded', advisoryIDs: ['INTEL-SA-00615', 'INTEL-SA-00334'] }
      return { ...info, tcbLevels: [open, ...levels.slice(1)] }
    }
    const shown = { ...sgx, collateral: await sgx.on.collateral({ tcbInfo: { object } }) }
    const tcbStatuses = ['UpToDate', 'SWHardeningNeeded'] as const
    const one = { ...enclave, tcbStatuses, advisories: ['INTEL-SA-00334'] }
    await expect(verify(shown, one)).rejects.toMatchObject({
      code: 'policy/advisories',
      expected: 'INTEL-SA-00334',
      found: 'INTEL-SA-00615',
    })
    for (const advisories of ['any', ['INTEL-SA-00334', 'INTEL-SA-00615']] as const) {
      expect(await verify(shown, { ...one, advisories })).toMatchObject({ tcb: { status: 'SWHardeningNeeded' } })
    }
  })

  it('several things at once are all named', async () => {
    const error = await verify(sgx, { ...enclave, signer: [], fmspc: [], isvSvnMinimum: 9 }).catch((e: unknown) => e)
    expect(error).toMatchObject({
      code: 'policy/signer',
      differences: [
        { code: 'policy/signer' },
        { code: 'policy/isv-svn-minimum', expected: 'at least 9', found: '3' },
        { code: 'policy/fmspc', found: '00806f050000' },
      ],
    })
  })

  it('every row of the table about the policy is among these', () => {
    const text = readFileSync(import.meta.filename, 'utf8')
    const tested = new Set(refused.map(([code]) => code))
    const missing = Object.keys(checks).filter(
      (code) => code.startsWith('policy/') && !tested.has(code) && !text.includes(`code: '${code}'`),
    )
    expect(missing).toEqual([])
  })
})
