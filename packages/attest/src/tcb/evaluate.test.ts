import { expect, it } from 'vitest'
import { evaluate, firstLevel, type Json } from '../testing/attack.test-case.ts'

const level = (tcbDate: string, ...advisoryIDs: readonly string[]) => firstLevel(() => ({ tcbDate, advisoryIDs }))
const platform = level('2024-03-13T00:00:00Z', 'INTEL-SA-00002', 'INTEL-SA-00001')
const qe = level('2023-08-09T00:00:00Z', 'INTEL-SA-00001', 'INTEL-SA-00003')
const module = level('2022-11-09T00:00:00Z', 'INTEL-SA-00004', 'INTEL-SA-00001')

it('names the advisories of platform and quoting enclave, each once, and the earlier of their dates', async () => {
  const facts = await evaluate('sgx', { collateral: { tcbInfo: { object: platform }, qeIdentity: { object: qe } } })
  expect(facts?.advisories).toEqual(['INTEL-SA-00001', 'INTEL-SA-00002', 'INTEL-SA-00003'])
  expect(facts?.date).toEqual(new Date('2023-08-09T00:00:00Z'))
})

it('and those of a TDX module', async () => {
  const object = (info: Json) => ({
    ...platform(info),
    tdxModuleIdentities: (info['tdxModuleIdentities'] as Json[]).map(module),
  })
  const facts = await evaluate('tdx', { collateral: { tcbInfo: { object }, qeIdentity: { object: qe } } })
  expect(facts?.advisories).toEqual(['INTEL-SA-00001', 'INTEL-SA-00002', 'INTEL-SA-00003', 'INTEL-SA-00004'])
  expect(facts?.date).toEqual(new Date('2022-11-09T00:00:00Z'))
})
