import { collateralNeed, examineEvidence, type Collateral, type Evidence } from '@mse/attest'
import { createPlatform, makeEnclave } from '@mse/attest/testing'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Session } from '../../session.ts'
import { startCollateralService, type Fault, type CollateralService } from '../../testing/collateral-service.ts'
import { exampleSession } from '../../testing/example-session.ts'
import { refusal } from '../../testing/refuses.ts'
import { readCollateralFile, sharedCollateralFolder } from '../../testing/shared-collateral.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { collateralFor } from './collateral-for.ts'
import type { CollateralSettings } from './settings.ts'

const folder = temporaryFolder()
const offline: CollateralSettings = { pccs: undefined, pins: [], offline: true, timeout: 1000 }
const started: { stop(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.stop()))
})

it('a software enclave needs none', async () => {
  const now = new Date()
  const { evidence } = await makeEnclave(await createPlatform({ now }), { now, measurement: new Uint8Array(32) })
  expect(await collateralFor(exampleSession(folder()), evidence, offline)).toBeUndefined()
})

interface Entry {
  readonly id: string
  readonly kind: string
  readonly origin: string
  readonly expect: string
  readonly quote: string
  readonly collateral: string
  readonly time: number
}

const shared = sharedCollateralFolder === undefined ? undefined : dirname(sharedCollateralFolder)
const real = shared === undefined ? [] : realEntries(shared)

/** Each tenth of the real quotes that have to be accepted. */
function realEntries(data: string): readonly Entry[] {
  const { entries } = JSON.parse(readFileSync(join(data, 'INDEX.json'), 'utf8')) as {
    readonly entries: readonly Entry[]
  }
  const accepted = entries.filter(
    (entry) => entry.kind === 'verify' && entry.origin === 'real' && /^accept:\w+$/.test(entry.expect),
  )
  return accepted.filter((_, at) => at % 10 === 0)
}

async function prepare(entry: Entry, fault?: () => Fault | undefined): Promise<Prepared> {
  const data = shared as string
  const held = readCollateralFile(join(data, entry.collateral))
  const service = await startCollateralService({
    kind: 'pccs',
    held: [held],
    ...(fault === undefined ? {} : { fault }),
  })
  started.push(service)
  const warnings: string[] = []
  return {
    service,
    warnings,
    evidence: { quote: Uint8Array.from(readFileSync(join(data, entry.quote))) },
    collateral: held.collateral,
    now: new Date(entry.time * 1000),
    session: exampleSession(folder(), {
      now: () => new Date(entry.time * 1000),
      warn: (text) => void warnings.push(text),
    }),
    online: { pccs: service.url, pins: [], offline: false, timeout: 20_000 },
  }
}

interface Prepared {
  readonly service: CollateralService
  readonly warnings: readonly string[]
  readonly evidence: Evidence
  readonly collateral: Collateral
  readonly now: Date
  readonly session: Session
  readonly online: CollateralSettings
}

describe.skipIf(real.length === 0)('a real quote (set MSE_SHARED)', () => {
  it.each(real)('$id: what it asks for is fetched, kept, and what it is judged with', async (entry) => {
    const { service, session, evidence, online, now } = await prepare(entry)
    const fetched = await collateralFor(session, evidence, online, [service.authority])
    const kept = await collateralFor(session, evidence, offline)
    expect(kept).toEqual(fetched)
    const facts = await examineEvidence(evidence, { now, collateral: kept, softwareRoots: [] })
    expect(`accept:${facts.tcb?.status}`).toBe(entry.expect)
  })

  const entry = real[0] as Entry

  it('is judged with what it brings when nothing else is to be had, and that is said', async () => {
    const { service, session, evidence, online, collateral, warnings } = await prepare(entry, () => ({ status: 404 }))
    const brings = { ...evidence, collateral }
    expect(await collateralFor(session, brings, online, [service.authority])).toEqual(collateral)
    expect(warnings[0]).toContain('collateral/not-found')
    expect(await collateralFor(session, brings, offline)).toEqual(collateral)
  })

  it('without any, offline, is refused', async () => {
    const { session, evidence } = await prepare(entry)
    await expect(collateralFor(session, evidence, offline)).rejects.toThrow(refusal('collateral/offline'))
  })

  it.each<[string, Partial<CollateralSettings>]>([
    ['collateral/pin', { pins: ['00'.repeat(32)] }],
    ['collateral/certificate', {}],
  ])('is not judged with what it brings when somebody else answers: %s', async (code, change) => {
    const { session, evidence, online, collateral } = await prepare(entry)
    const brings = { ...evidence, collateral }
    await expect(collateralFor(session, brings, { ...online, ...change }, [])).rejects.toThrow(refusal(code))
  })

  it('is warned of when its collateral ends within a week', async () => {
    const { service, evidence, online, collateral, warnings, session } = await prepare(entry)
    const end = new Date((JSON.parse(new TextDecoder().decode(collateral.tcbInfo)) as Signed).tcbInfo.nextUpdate)
    const soon = { ...session, now: () => new Date(end.getTime() - 86_400_000) }
    await collateralFor(soon, evidence, online, [service.authority])
    expect(warnings).toHaveLength(1)
    expect(collateralNeed(evidence)?.fmspc).toMatch(/^[0-9a-f]{12}$/)
  })
})

interface Signed {
  readonly tcbInfo: { readonly nextUpdate: string }
}
