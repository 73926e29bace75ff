import { beforeEach, describe, expect, it } from 'vitest'
import {
  cachedSource,
  CollateralError,
  type CachedSource,
  type Collateral,
  type CollateralNeed,
  type CollateralSource,
} from '../index.ts'
import { exampleCollateral, exampleNeed, type ExampleCollateral } from '../testing/index.ts'

const day = 86_400_000
const issued = new Date('2026-06-15T12:00:00Z')
const after = (days: number): Date => new Date(issued.getTime() + days * day)
const down = new CollateralError('collateral/unreachable', 'nobody there')

let now: Date
let held: Map<string, string>
/** What the source answers next, and how often it was asked. */
let answer: ExampleCollateral | CollateralError
let asked: number

beforeEach(() => {
  now = after(0)
  held = new Map()
  answer = { issued }
  asked = 0
})

const source: CollateralSource = {
  async collect(need): Promise<Collateral> {
    asked += 1
    if (answer instanceof CollateralError) throw answer
    return exampleCollateral({ need, ...answer })
  },
}

function cached(more: Partial<Parameters<typeof cachedSource>[1]> = {}): CachedSource {
  return cachedSource(source, {
    now: () => now,
    get: async (key) => held.get(key),
    put: async (key, text) => void held.set(key, text),
    ...more,
  })
}

it('asks once, until the earliest nextUpdate', async () => {
  answer = { issued, ends: { pckCrl: after(20) } }
  const first = await cached().collect(exampleNeed)
  now = after(20)
  expect(await cached().collect(exampleNeed)).toEqual(first)
  expect(asked).toBe(1)
  now = new Date(after(20).getTime() + 1000)
  answer = { issued: now }
  expect(await cached().collect(exampleNeed)).not.toEqual(first)
  expect(asked).toBe(2)
})

it('tells needs and editions apart', async () => {
  const needs: CollateralNeed[] = [
    exampleNeed,
    { ...exampleNeed, tee: 'tdx' },
    { ...exampleNeed, ca: 'platform' },
    { ...exampleNeed, fmspc: '30606a000000' },
  ]
  for (const need of [...needs, ...needs]) await cached().collect(need)
  for (const edition of ['early', 'standard', 17] as const) await cached({ edition }).collect(exampleNeed)
  expect(asked).toBe(7)
  expect([...held.keys()]).toEqual([
    'sgx-00906ed50000-processor',
    'tdx-00906ed50000-processor',
    'sgx-00906ed50000-platform',
    'sgx-30606a000000-processor',
    'sgx-00906ed50000-processor-early',
    'sgx-00906ed50000-processor-standard',
    'sgx-00906ed50000-processor-17',
  ])
})

it('refresh asks whatever is held, and keeps what comes', async () => {
  const first = await cached().collect(exampleNeed)
  const second = await cached().refresh(exampleNeed)
  expect(second).not.toEqual(first)
  expect(await cached().collect(exampleNeed)).toEqual(second)
  expect(asked).toBe(2)
})

describe('lapsed collateral', () => {
  beforeEach(async () => {
    await cached().collect(exampleNeed)
    now = after(31)
    answer = down
  })

  it('is not served, however unreachable the source', async () => {
    await expect(cached().collect(exampleNeed)).rejects.toBe(down)
  })

  it('is served when that was asked for in so many words', async () => {
    expect((await cached({ serveLapsed: true }).collect(exampleNeed)).tcbInfo).toBeDefined()
    expect(asked).toBe(2)
  })
})

describe('collateral that is about to lapse', () => {
  const renewing = (): CachedSource => cached({ renewWithin: 7 * day })
  let first: Collateral
  beforeEach(async () => {
    first = await renewing().collect(exampleNeed)
    now = after(24)
  })

  it('is renewed', async () => {
    answer = { issued: now }
    const second = await renewing().collect(exampleNeed)
    expect(second).not.toEqual(first)
    expect(await renewing().collect(exampleNeed)).toEqual(second)
    expect(asked).toBe(2)
  })

  it('is served as long as it is valid when the source fails, which is asked once a day', async () => {
    answer = down
    for (const days of [24, 24.9, 25, 25.5]) {
      now = after(days)
      expect(await renewing().collect(exampleNeed)).toEqual(first)
    }
    expect(asked).toBe(3)
    now = after(30.1)
    await expect(renewing().collect(exampleNeed)).rejects.toBe(down)
  })

  it('is not served once it has lapsed, though it was asked for within a day', async () => {
    held.clear()
    now = after(0)
    answer = { issued, ends: { pckCrl: after(0.5) } }
    await renewing().collect(exampleNeed)
    now = after(0.6)
    answer = down
    await expect(renewing().collect(exampleNeed)).rejects.toBe(down)
  })

  it('is not replaced by something odd', async () => {
    answer = {
      issued: now,
      ends: { tcbInfo: after(9000), qeIdentity: after(9000), pckCrl: after(9000), rootCaCrl: after(9000) },
    }
    expect(await renewing().collect(exampleNeed)).toEqual(first)
    expect(asked).toBe(2)
  })

  it('is asked for again after the clock was set back', async () => {
    answer = down
    await renewing().collect(exampleNeed)
    now = after(23.5)
    await renewing().collect(exampleNeed)
    expect(asked).toBe(3)
  })
})

describe('passes on and does not keep', () => {
  const late = after(101)
  it.each<[string, ExampleCollateral]>([
    ['what has lapsed', { issued: after(-31) }],
    [
      'what claims to live for ever',
      { issued, ends: { tcbInfo: late, qeIdentity: late, pckCrl: late, rootCaCrl: late } },
    ],
    ['what is of another FMSPC', { issued, need: { ...exampleNeed, fmspc: '30606a000000' } }],
    ['what is of another kind of enclave', { issued, need: { ...exampleNeed, tee: 'tdx' } }],
  ])('%s', async (_, odd) => {
    answer = odd
    await cached().collect(exampleNeed)
    await cached().collect(exampleNeed)
    expect(asked).toBe(2)
    expect(held.size).toBe(0)
  })

  it('what has no dates', async () => {
    const { pckCrl, ...rest } = await exampleCollateral({ issued })
    const odd: CollateralSource = { collect: async () => ({ ...rest, pckCrl: pckCrl.subarray(0, 9) }) }
    const { get, put } = { get: async () => undefined, put: async () => expect.fail('kept') }
    await cachedSource(odd, { now: () => now, get, put }).collect(exampleNeed)
  })
})

describe('takes for absent', () => {
  it.each<[string, (text: string) => string]>([
    ['nothing', () => ''],
    ['half an entry', (text) => text.slice(0, text.length / 2)],
    ['another schema', (text) => text.replace('mse-collateral/1', 'mse-collateral/2')],
    ['a time that is none', (text) => text.replace('2026', 'then')],
    ['a member too many', (text) => text.replace('"pck_crl":', '"more":"","pck_crl":')],
    ['a member that is missing', (text) => text.replace(/"pck_crl":"[^"]*",/, '')],
    ['a member that is a number', (text) => text.replace(/"pck_crl":"[^"]*"/, '"pck_crl":1')],
    ['a member twice', (text) => text.replace('"pck_crl":', '"pck_crl":"","pck_crl":')],
    ['no collateral', (text) => text.replace(/"collateral":.*/, '"collateral":null}')],
    ['an entry of another FMSPC', (text) => text.replaceAll('00906ed50000', '30606a000000')],
  ])('%s', async (_, damage) => {
    await cached().collect(exampleNeed)
    const [key, text] = [...held][0] as [string, string]
    expect(damage(text)).not.toBe(text)
    held.set(key, damage(text))
    await cached().collect(exampleNeed)
    expect(asked).toBe(2)
    await cached().collect(exampleNeed)
    expect(asked).toBe(2)
  })
})

it('an abort is not taken for a failure of the source', async () => {
  await cached().collect(exampleNeed)
  now = after(29)
  answer = down
  const reason = new Error('enough')
  await expect(cached({ renewWithin: 7 * day }).collect(exampleNeed, AbortSignal.abort(reason))).rejects.toBe(reason)
})
