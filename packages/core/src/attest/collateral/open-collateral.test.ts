import type { Collateral, CollateralNeed } from '@mse/attest'
import { exampleCollateral, exampleNeed } from '@mse/attest/testing'
import { X509Certificate } from 'node:crypto'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  startCollateralService,
  type CollateralService,
  type Fault,
  type Held,
} from '../../testing/collateral-service.ts'
import { exampleSession } from '../../testing/example-session.ts'
import { refusal } from '../../testing/refuses.ts'
import { readCollateralFolder, sharedCollateralFolder } from '../../testing/shared-collateral.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import type { Session } from '../../session.ts'
import { openCollateral } from './open-collateral.ts'
import { keyPin } from './pin.ts'
import type { CollateralSettings } from './settings.ts'

const folder = temporaryFolder()
const tdx: CollateralNeed = { tee: 'tdx', fmspc: '90c06f000000', ca: 'platform' }
let held: Held[]
beforeAll(async () => {
  const issued = new Date(Date.now() - 1000)
  held = await Promise.all(
    [exampleNeed, tdx].map(async (need) => ({ need, collateral: await exampleCollateral({ need, issued }) })),
  )
})
/** Collateral of one need; the list of the root is the one of the first, as a service has one. */
const expected = (at: number): Collateral => ({ ...held[at]!.collateral, rootCaCrl: held[0]!.collateral.rootCaCrl })

const started: { stop(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.stop()))
})

async function start(fault?: (path: string, count: number) => Fault | undefined): Promise<CollateralService> {
  const service = await startCollateralService({ kind: 'pccs', held, ...(fault === undefined ? {} : { fault }) })
  started.push(service)
  return service
}

/** `mse … --pccs URL`, with the authority of the service among those that are trusted. */
function collect(service: CollateralService, change: Change = {}, need = exampleNeed): Promise<Collateral> {
  const { session = {}, authorities = [service.authority], signal, ...settings } = change
  const all = { pccs: service.url, pins: [], offline: false, timeout: 30_000, ...settings }
  return openCollateral(exampleSession(folder(), session), all, authorities).collect(need, signal)
}

interface Change extends Partial<CollateralSettings> {
  readonly session?: Partial<Session>
  readonly authorities?: readonly string[]
  readonly signal?: AbortSignal
}

const cacheFolder = (): string => join(folder(), '.cache/mse/collateral')

it('comes from a PCCS, and the next time from the cache', async () => {
  const service = await start()
  expect(await collect(service)).toEqual(expected(0))
  expect(await collect(service)).toEqual(expected(0))
  expect(await collect(service, {}, tdx)).toEqual(expected(1))
  expect([...service.asked].sort()).toEqual([
    '/sgx/certification/v4/pckcrl?ca=platform&encoding=der',
    '/sgx/certification/v4/pckcrl?ca=processor&encoding=der',
    '/sgx/certification/v4/qe/identity',
    '/sgx/certification/v4/rootcacrl',
    '/sgx/certification/v4/rootcacrl',
    '/sgx/certification/v4/tcb?fmspc=00906ed50000',
    '/tdx/certification/v4/qe/identity',
    '/tdx/certification/v4/tcb?fmspc=90c06f000000',
  ])
  expect(readdirSync(cacheFolder()).sort()).toEqual([
    'sgx-00906ed50000-processor.json',
    'tdx-90c06f000000-platform.json',
  ])
})

it('comes from a PCCS of interface v3', async () => {
  const service = await start()
  expect(await collect(service, { pccs: `${service.url}/sgx/certification/v3/` })).toEqual(expected(0))
})

it('is shown being fetched, and not when it is in the cache', async () => {
  const service = await start()
  const phases: string[] = []
  const session: Partial<Session> = {
    phase: async (name, title, work) => {
      phases.push(`${name}: ${title}`)
      return work(() => undefined)
    },
  }
  await collect(service, { session })
  await collect(service, { session })
  expect(phases).toEqual([`collateral: fetch collateral from ${new URL(service.url).host}`])
})

describe('offline', () => {
  it('asks nobody, and says how to fill the cache', async () => {
    const service = await start()
    const more = { next: expect.stringContaining('--offline') as string }
    await expect(collect(service, { offline: true })).rejects.toThrow(refusal('collateral/offline', more))
    await collect(service)
    const before = service.asked.length
    expect(await collect(service, { offline: true })).toEqual(expected(0))
    expect(service.asked).toHaveLength(before)
  })

  it('does not serve what has lapsed', async () => {
    const service = await start()
    await collect(service)
    const session = { now: () => new Date(Date.now() + 31 * 86_400_000) }
    await expect(collect(service, { offline: true, session })).rejects.toThrow(refusal('collateral/offline'))
  })
})

describe('the certificate of the service', () => {
  it.each<[string, (certificate: X509Certificate) => string]>([
    ['key', keyPin],
    ['certificate', ({ fingerprint256 }) => fingerprint256.replaceAll(':', '').toLowerCase()],
  ])('is believed when its %s is pinned, whoever issued it', async (_, pinOf) => {
    const service = await start()
    const pins = ['00'.repeat(32), pinOf(new X509Certificate(service.certificate))]
    expect(await collect(service, { pins, authorities: [] })).toEqual(expected(0))
  })

  it('is refused when another is pinned, though an authority vouches for it, before a byte is written', async () => {
    const service = await start()
    const pins = ['00'.repeat(32)]
    await expect(collect(service, { pins })).rejects.toThrow(
      refusal('collateral/pin', { expected: `sha256:${pins[0]}`, found: expect.stringMatching(/^sha256:/) as string }),
    )
    expect(service.received()).toBe(0)
  })

  it('is refused when nobody vouches for it, before a byte is written; the pin that would do is shown', async () => {
    const service = await start()
    const pin = keyPin(new X509Certificate(service.certificate))
    await expect(collect(service, { authorities: [] })).rejects.toThrow(
      refusal('collateral/certificate', { next: expect.stringContaining(`--pccs-pin sha256:${pin}`) as string }),
    )
    expect(service.received()).toBe(0)
  })

  it('is refused for another name than its own', async () => {
    const other = await startCollateralService({ kind: 'pccs', held, host: '127.0.0.1' })
    started.push(other)
    await expect(collect(other)).rejects.toThrow(refusal('collateral/certificate'))
    expect(other.received()).toBe(0)
  })
})

describe('asks again', () => {
  it.each<[string, Fault]>([
    ['429', { status: 429, headers: { 'Retry-After': '1' } }],
    ['500', { status: 500 }],
    ['a connection that breaks', { breakAfter: 10 }],
  ])('after %s', async (_, fault) => {
    const service = await start((path, count) => (path.includes('/tcb?') && count === 1 ? fault : undefined))
    expect(await collect(service)).toEqual(expected(0))
    expect(service.asked).toHaveLength(5)
  })
})

describe('does not ask again', () => {
  it.each<[string, Fault, string]>([
    ['when the platform is not known', { status: 404 }, 'not-found'],
    ['when what was asked for is withdrawn', { status: 410 }, 'withdrawn'],
    ['when the wait would be long', { status: 429, headers: { 'Retry-After': '3600' } }, 'throttled'],
    ['when the answer is no collateral', { body: '<html>' }, 'malformed'],
    ['when there is no chain', { noChain: true }, 'malformed'],
    ['when the answer is huge', { body: Buffer.alloc(300 * 1024, ' ') }, 'too-large'],
    ['when the answer is endless', { endless: true }, 'too-large'],
    ['when the service fails and says for how long', { status: 503, headers: { 'Retry-After': '21' } }, 'unavailable'],
    ['when it is sent elsewhere', { status: 302, headers: { Location: 'https://localhost/' } }, 'refused'],
  ])('%s', async (_, fault, word) => {
    const service = await start((path) => (path.includes('/tcb?') ? fault : undefined))
    await expect(collect(service)).rejects.toThrow(refusal(`collateral/${word}`))
    expect(service.asked.filter((path) => path.includes('/tcb?'))).toHaveLength(1)
    expect(existsSync(cacheFolder())).toBe(false)
  })
})

describe('gives up', () => {
  it.each<[string, Fault]>([
    ['does not answer', { delay: 60_000 }],
    ['answers in drops', { drip: 50 }],
  ])('in time when the service %s', async (_, fault) => {
    const service = await start((path) => (path.includes('/tcb?') ? fault : undefined))
    await expect(collect(service, { timeout: 300 })).rejects.toThrow(refusal('collateral/timeout'))
  })

  it('when nobody listens', async () => {
    const service = await start()
    await service.stop()
    started.length = 0
    const more = { found: 'ECONNREFUSED' }
    await expect(collect(service)).rejects.toThrow(refusal('collateral/unreachable', more))
  })

  it.each<[string, string | undefined, string]>([
    ['speaks no TLS', 'hello', 'unreachable'],
    ['takes the connection and is silent', undefined, 'timeout'],
  ])('when what listens %s', async (_, greeting, word) => {
    const service = await start()
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      if (greeting !== undefined) socket.end(greeting)
    })
    server.listen(0, 'localhost')
    await once(server, 'listening')
    const pccs = `https://localhost:${(server.address() as AddressInfo).port}`
    await expect(collect(service, { pccs, timeout: 1000 })).rejects.toThrow(refusal(`collateral/${word}`))
    server.close()
  })

  it.each(['the session', 'the caller'])('at once when %s is aborted', async (who) => {
    const controller = new AbortController()
    const { signal } = controller
    const service = await start(() => {
      setTimeout(() => controller.abort(new Error('enough')), 20)
      return { delay: 60_000 }
    })
    const change = who === 'the session' ? { session: { signal } } : { signal }
    await expect(collect(service, change)).rejects.toThrow('enough')
  })

  it('at once when the session is aborted between two attempts', async () => {
    const controller = new AbortController()
    const service = await start(() => {
      setTimeout(() => controller.abort(new Error('enough')), 200)
      return { status: 503, headers: { 'Retry-After': '20' } }
    })
    await expect(collect(service, { session: { signal: controller.signal } })).rejects.toThrow('enough')
    expect(service.asked).toHaveLength(4)
  })
})

describe('the cache', () => {
  it('is for its owner alone', async () => {
    await collect(await start())
    expect(statSync(cacheFolder()).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(cacheFolder())) {
      expect(statSync(join(cacheFolder(), name)).mode & 0o777).toBe(0o600)
    }
  })

  it('that is damaged is filled again', async () => {
    const service = await start()
    await collect(service)
    writeFileSync(join(cacheFolder(), 'sgx-00906ed50000-processor.json'), '{"schema":"mse-coll')
    expect(await collect(service)).toEqual(expected(0))
    expect(service.asked).toHaveLength(8)
    expect(await collect(service, { offline: true })).toEqual(expected(0))
  })

  it('is renewed in its last week; a service that is down is no harm then', async () => {
    let fault: Fault | undefined
    const service = await start(() => fault)
    await collect(service)
    const session = { now: () => new Date(Date.now() + 25 * 86_400_000) }
    fault = { status: 404 }
    expect(await collect(service, { session })).toEqual(expected(0))
    expect(service.asked.length).toBeGreaterThan(4)
  })
})

it.skipIf(sharedCollateralFolder === undefined)('real bodies arrive byte for byte (set MSE_SHARED)', async () => {
  const sets = readCollateralFolder(sharedCollateralFolder as string)
  expect(sets.length).toBeGreaterThan(100)
  for (const set of sets.filter((_, at) => at % 8 === 0)) {
    const service = await startCollateralService({ kind: 'pccs', held: [set] })
    started.push(service)
    const { now } = { now: () => new Date('2026-11-26T00:00:00Z') }
    expect(await collect(service, { session: { now } }, set.need)).toEqual(set.collateral)
  }
})
