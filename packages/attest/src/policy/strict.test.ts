import { expect, it } from 'vitest'
import { strictSgxPolicy, strictTdxPolicy } from './strict.ts'

const zero = '00'.repeat(48)

/** What decision 0011 records for all hardware. */
const inOrder = {
  debug: 'refused',
  tcbStatuses: ['UpToDate'],
  advisories: [],
  tcbInfoVersions: [3],
}

it('asks of an enclave what is on record, if nobody says otherwise', () => {
  expect(strictSgxPolicy({ measurement: 'any', signer: 'any' })).toMatchObject({
    ...inOrder,
    attributes: { value: `05${'00'.repeat(15)}`, mask: `7d${'ff'.repeat(7)}${'00'.repeat(8)}` },
    configId: ['00'.repeat(64)],
  })
})

it('asks of a trust domain what is on record, if nobody says otherwise', () => {
  const registers = { mrtd: 'any', rtmr0: 'any', rtmr1: 'any', rtmr2: 'any', rtmr3: 'any' } as const
  expect(strictTdxPolicy(registers)).toMatchObject({
    ...inOrder,
    mrsignerseam: [zero],
    mrservicetd: [zero],
    tdAttributes: { value: '0000001000000000', mask: 'feffffffffffffff' },
  })
})

it('asks for what is said in place of it', () => {
  const policy = strictSgxPolicy({ measurement: 'any', signer: 'any', tcbStatuses: ['OutOfDate'], debug: 'any' })
  expect(policy).toMatchObject({ tcbStatuses: ['OutOfDate'], debug: 'any' })
})
