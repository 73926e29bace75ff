import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { startCollateralService, type CollateralService, type Fault } from '../testing/collateral-service.ts'
import { diagnoseClock } from './clock.ts'
import { diagnoseCollateral, type Reached } from './collateral.ts'

const signal = new AbortController().signal
let service: CollateralService | undefined
afterEach(async () => service?.stop())

async function ask(fault: Fault = {}, now: Date = new Date()): Promise<Reached> {
  service = await startCollateralService({ kind: 'pccs', held: [], fault: () => fault })
  const collateral = { pccs: service.url, pins: [], offline: false, timeout: 3000 }
  return diagnoseCollateral({ collateral, authorities: [service.authority] }, { signal, now: () => now })
}

describe('a service of collateral', () => {
  it('that nobody has named is left alone', async () => {
    const { diagnosis, clock } = await diagnoseCollateral({}, { signal, now: () => new Date() })
    expect(diagnosis).toMatchObject({ outcome: 'skipped', fix: 'mse doctor --online' })
    expect(clock).toBeUndefined()
  })

  it('that answers is well, and tells the time', async () => {
    const { diagnosis, clock } = await ask({ status: 200, body: '00' })
    expect(diagnosis).toMatchObject({ id: 'host/collateral', outcome: 'ok' })
    expect(Math.abs((clock?.theirs.getTime() ?? 0) - Date.now())).toBeLessThan(60_000)
    expect(service?.asked).toEqual(['/sgx/certification/v4/rootcacrl'])
  })

  it('that answers with an error is not', async () => {
    expect((await ask({ status: 503 })).diagnosis).toMatchObject({
      outcome: 'failed',
      fix: expect.any(String) as string,
    })
  })

  it('that cannot be reached is not, and says nothing of the time', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    await new Promise((resolve) => server.close(resolve))
    const collateral = { pccs: `https://127.0.0.1:${port}`, pins: [], offline: false, timeout: 1000 }
    const { diagnosis, clock } = await diagnoseCollateral({ collateral }, { signal, now: () => new Date() })
    expect(diagnosis).toMatchObject({ outcome: 'failed', fix: expect.stringContaining('curl') as string })
    expect(clock).toBeUndefined()
  })

  it('that shows a certificate nobody vouches for is not', async () => {
    service = await startCollateralService({ kind: 'pccs', held: [] })
    const collateral = { pccs: service.url, pins: [], offline: false, timeout: 3000 }
    const { diagnosis } = await diagnoseCollateral({ collateral }, { signal, now: () => new Date() })
    expect(diagnosis).toMatchObject({ outcome: 'failed', fix: expect.stringContaining('--pccs-pin') as string })
    expect(service.asked).toEqual([])
  })
})

describe('the clock', () => {
  const judged = async (seconds: number): Promise<string> => {
    const reached = await ask({ status: 200, body: '00' }, new Date(Date.now() + seconds * 1000))
    return (await diagnoseClock(reached, { root: '/nowhere' })).outcome
  }

  it('that agrees is well', async () => expect(await judged(0)).toBe('ok'))
  it('that is a minute off is a warning', async () => expect(await judged(60)).toBe('warning'))
  it('that is an hour behind has failed', async () => expect(await judged(-3600)).toBe('failed'))

  it('without a time source is not judged', async () => {
    const reached = await diagnoseCollateral({}, { signal, now: () => new Date() })
    expect(await diagnoseClock(reached, { root: '/nowhere' })).toMatchObject({ outcome: 'skipped' })
  })
})
