import { examineEvidence, formatPolicy, parsePolicy, verifyEvidence, type Examination } from '@mse/attest'
import { createHardware, createPlatform, makeEnclave } from '@mse/attest/testing'
import { expect, it } from 'vitest'
import { refusal } from '../testing/refuses.ts'
import { draftPolicy } from './draft-policy.ts'

const now = new Date('2026-06-15T12:00:00Z')
const measurement = new Uint8Array(32).fill(0xab)

async function machine(debug = false) {
  const hardware = await createHardware({ now, tee: 'sgx' })
  const { evidence } = await makeEnclave(hardware, {
    now,
    measurement,
    scheme: 'Cosmian',
    report: { debug, isvSvn: 3 },
  })
  const given = { now, collateral: await hardware.collateral(), rootsForTesting: [hardware.rootKeyHash] }
  return { evidence, given, facts: await examineEvidence(evidence, { ...given, softwareRoots: [] }) }
}

it('of an SGX enclave that is in order is a policy that it satisfies, and older versions do not', async () => {
  const { evidence, given, facts } = await machine()
  const policy = draftPolicy(facts)
  expect(parsePolicy(formatPolicy(policy))).toEqual(policy)
  expect(policy).toMatchObject({ measurement: [facts.measurement], isvSvnMinimum: 3, tcbStatuses: ['UpToDate'] })
  expect((await verifyEvidence(evidence, policy, given)).measurement).toBe(facts.measurement)
})

it('of a debug enclave is one that refuses it', async () => {
  const { evidence, given, facts } = await machine(true)
  await expect(verifyEvidence(evidence, draftPolicy(facts), given)).rejects.toThrow(refusal('policy/debug'))
})

it('of a software enclave names its root', async () => {
  const platform = await createPlatform({ now })
  const { evidence } = await makeEnclave(platform, { now, measurement })
  const facts = await examineEvidence(evidence, { now, softwareRoots: [platform.rootKeyHash] })
  expect(draftPolicy(facts)).toMatchObject({ platform: 'software', softwareRoots: [platform.rootKeyHash] })
  expect((await verifyEvidence(evidence, draftPolicy(facts), { now })).platform).toBe('software')
})

it('of a trust domain names every register', () => {
  const names = ['mrtd', 'rtmr0', 'rtmr1', 'rtmr2', 'rtmr3', 'mrseam', 'mrconfigid', 'mrowner', 'mrownerconfig']
  const registers = Object.fromEntries(names.map((name, at) => [name, `${at}a`.repeat(48)]))
  const policy = draftPolicy({ platform: 'tdx', ...registers } as unknown as Examination)
  expect(parsePolicy(formatPolicy(policy))).toEqual(policy)
  expect(policy).toMatchObject(Object.fromEntries(names.map((name) => [name, [registers[name]]])))
})
