import { examineEvidence } from '@mse/attest'
import { decodeEvidence } from '@mse/attest/evidence'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startCollateralService, type CollateralService } from '../packages/core/src/testing/collateral-service.ts'
import { readCollateralFile } from '../packages/core/src/testing/shared-collateral.ts'
import { runHere, type Printed } from './support/run-here.ts'

const shared = process.env['MSE_SHARED']
const id = 'sgx-v3-91831a5e-2025-06-23'

describe.skipIf(shared === undefined)('mse evidence --collateral of a real quote (set MSE_SHARED)', () => {
  let home: string
  let quote: string
  let now: Date
  let service: CollateralService
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'mse-evidence-'))
    const data = join(shared as string, 'data/dcap')
    const index = JSON.parse(readFileSync(join(data, 'INDEX.json'), 'utf8')) as {
      readonly entries: readonly { id: string; quote: string; collateral: string; time: number }[]
    }
    const entry = index.entries.find((one) => one.id === id)
    if (entry === undefined) throw new TypeError(`no ${id}`)
    quote = join(data, entry.quote)
    now = new Date(entry.time * 1000)
    service = await startCollateralService({ kind: 'pccs', held: [readCollateralFile(join(data, entry.collateral))] })
  })
  afterEach(async () => {
    await service.stop()
    await rm(home, { recursive: true })
  })

  async function evidence(...argv: string[]): Promise<Printed> {
    return runHere(['evidence', quote, ...argv], { home, now })
  }
  const pin = (): string =>
    `sha256:${new X509Certificate(service.certificate).fingerprint256.replaceAll(':', '').toLowerCase()}`

  test('makes a file that can be verified without a network', async () => {
    const { code, out } = await evidence('--collateral', '--pccs', service.url, '--pccs-pin', pin())
    expect(code).toBe(0)
    const facts = await examineEvidence(decodeEvidence(Buffer.from(out)), { now, softwareRoots: [] })
    expect(facts.tcb?.status).toBe('OutOfDate')
    expect((await evidence('--collateral', '--offline')).out).toBe(out)
  })

  test.each<[string, () => string[], number, string]>([
    ['an unpinned certificate that nobody vouches for', () => ['--pccs', service.url], 3, 'collateral/certificate'],
    [
      'another certificate than the pinned one',
      () => ['--pccs', service.url, '--pccs-pin', `sha256:${'00'.repeat(32)}`],
      3,
      'collateral/pin',
    ],
    ['offline, with an empty cache', () => ['--offline'], 1, 'collateral/offline'],
    ['a PCCS over http', () => ['--pccs', 'http://pccs'], 2, 'usage/bad-value'],
  ])('%s', async (_, words, exit, code) => {
    const found = await evidence('--json', '--collateral', ...words())
    expect([found.code, (JSON.parse(found.out) as { error: { code: string } }).error.code]).toEqual([exit, code])
  })
})
