import { formatPolicy, parsePolicy, type Policy, type SgxPolicy, type TdxPolicy } from '@mse/attest'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { X509Certificate } from 'node:crypto'
import { startCollateralService } from '../packages/core/src/testing/collateral-service.ts'
import { readCollateralFile } from '../packages/core/src/testing/shared-collateral.ts'
import { runHere } from './support/run-here.ts'

/** Real quotes of SGX and TDX and what Intel said of their machines at the time, from a local PCCS, under Intel's real root. */
const shared = process.env['MSE_SHARED']
const data = join(shared ?? '', 'data/dcap')

interface Entry {
  readonly id: string
  readonly quote: string
  readonly collateral: string
  readonly time: number
  readonly expect: string
}

it.skipIf(shared !== undefined)('real quotes are skipped: MSE_SHARED is not set', ({ skip }) => skip())

describe.skipIf(shared === undefined).each(['sgx-v3-', 'tdx-v4-'])('a real quote %s', (prefix) => {
  let home: string
  let entry: Entry
  let words: readonly string[]
  let stop: () => Promise<void>

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'mse-real-'))
    const { entries } = JSON.parse(readFileSync(join(data, 'INDEX.json'), 'utf8')) as {
      readonly entries: readonly (Entry & { kind: string; level: string; origin: string })[]
    }
    entry = entries.find(
      ({ id, kind, level, origin, expect: wanted }) =>
        id.startsWith(prefix) &&
        kind === 'verify' &&
        level === 'must' &&
        origin === 'real' &&
        wanted === 'accept:OutOfDate',
    ) as Entry
    const service = await startCollateralService({
      kind: 'pccs',
      held: [readCollateralFile(join(data, entry.collateral))],
    })
    const pin = new X509Certificate(service.certificate).fingerprint256.replaceAll(':', '')
    words = ['--pccs', service.url, '--pccs-pin', `sha256:${pin}`]
    stop = () => service.stop()
  })
  afterEach(async () => {
    await stop()
    rmSync(home, { recursive: true })
  })

  const verify = async (
    ...more: readonly string[]
  ): Promise<{
    code: number
    error: string | undefined
    data: { tcb?: { status: string; advisories: string[] }; facts?: { tcb: { advisories: string[] } } }
  }> => {
    const world = { home, now: new Date(entry.time * 1000) }
    const { code, out } = await runHere(['verify', join(data, entry.quote), '--json', ...words, ...more], world)
    const { error, data: found } = JSON.parse(out) as { error: { code: string } | null; data: never }
    return { code, error: error?.code, data: found }
  }

  it('is drafted a policy, which refuses it for its machine, and is verified once its state is accepted by name', async () => {
    const draft = join(home, 'draft.json')
    const drafted = await verify('--write-policy', draft)
    expect(drafted).toMatchObject({ code: 2, error: 'policy/required' })
    expect(await verify('--policy', draft)).toMatchObject({ code: 3, error: 'policy/tcb-statuses' })

    const strict = parsePolicy(readFileSync(draft, 'utf8')) as SgxPolicy | TdxPolicy
    const lenient: Policy = {
      ...strict,
      tcbStatuses: ['OutOfDate'],
      advisories: drafted.data.facts?.tcb.advisories ?? [],
    }
    writeFileSync(draft, formatPolicy(lenient))
    const { code, data: verdict } = await verify('--policy', draft)
    expect({ code, status: verdict.tcb?.status }).toEqual({ code: 0, status: 'OutOfDate' })
  })
})
