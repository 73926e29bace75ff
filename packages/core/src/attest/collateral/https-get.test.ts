import { createPcs } from '@mse/attest'
import { exampleCollateral, exampleNeed } from '@mse/attest/testing'
import { expect, it } from 'vitest'
import { startCollateralService, type Fault } from '../../testing/collateral-service.ts'
import { refusal } from '../../testing/refuses.ts'
import { createHttpsGet } from './https-get.ts'

const options = { redirect: 'error', signal: new AbortController().signal } as const

it('brings collateral from a PCS, lists in any of their forms', async () => {
  const collateral = await exampleCollateral({ issued: new Date() })
  const held = [{ need: exampleNeed, collateral }]
  const der = Buffer.from(collateral.pckCrl)
  const forms: (Fault | undefined)[] = [
    undefined,
    { body: der.toString('hex') },
    { body: `-----BEGIN X509 CRL-----\n${der.toString('base64')}\n-----END X509 CRL-----\n` },
  ]
  for (const form of forms) {
    const fault = (path: string): Fault | undefined => (path.includes('/pckcrl') ? form : undefined)
    const service = await startCollateralService({ kind: 'pcs', held, fault })
    const fetch = createHttpsGet({ pins: [], authorities: [service.authority] }, 10_000)
    const source = createPcs({ fetch, baseUrl: service.url, rootCaCrlUrl: service.rootCaCrlUrl })
    expect(await source.collect(exampleNeed)).toEqual(collateral)
    await service.stop()
  }
})

it.each<[string, Fault, string]>([
  ['sends without end', { endless: true }, 'too-large'],
  ['sends in drops', { body: 'x'.repeat(100), drip: 40 }, 'timeout'],
  ['sends nothing', { delay: 60_000 }, 'timeout'],
])('leaves a service that %s', async (_, fault, word) => {
  const service = await startCollateralService({ kind: 'pcs', held: [], fault: () => fault })
  const get = createHttpsGet({ pins: [], authorities: [service.authority] }, fault.endless === true ? 10_000 : 200)
  await expect(get(service.rootCaCrlUrl, options)).rejects.toThrow(refusal(`collateral/${word}`))
  await service.stop()
})

it('does not follow a redirection', async () => {
  const elsewhere = await startCollateralService({ kind: 'pcs', held: [] })
  const fault: Fault = { status: 307, headers: { Location: elsewhere.url } }
  const service = await startCollateralService({ kind: 'pcs', held: [], fault: () => fault })
  const get = createHttpsGet({ pins: [], authorities: [service.authority, elsewhere.authority] }, 10_000)
  expect((await get(service.rootCaCrlUrl, options)).status).toBe(307)
  expect(elsewhere.asked).toEqual([])
  await Promise.all([service.stop(), elsewhere.stop()])
})
