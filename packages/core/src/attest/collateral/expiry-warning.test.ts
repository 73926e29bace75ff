import { exampleCollateral } from '@mse/attest/testing'
import { expect, it } from 'vitest'
import { expiryNotice, expiryWarning } from './expiry-warning.ts'

const issued = new Date('2026-06-15T12:00:00Z')
const collateral = await exampleCollateral({ issued, ends: { pckCrl: new Date('2026-07-01T08:30:00Z') } })

it('says nothing while there is a week left', () => {
  expect(expiryWarning(collateral, new Date('2026-06-24T08:30:00Z'))).toBeUndefined()
})

it('names the part and the time in the last week, and after', () => {
  for (const now of ['2026-06-24T08:30:01Z', '2026-07-01T08:30:00Z', '2026-08-01T00:00:00Z']) {
    const warning = expiryWarning(collateral, new Date(now))
    expect(warning).toContain('revocation list of the PCK CA')
    expect(warning).toContain('2026-07-01 at 08:30 UTC')
  }
  const lapsed = expiryWarning(collateral, new Date('2026-07-01T08:30:01Z'))
  expect(lapsed).not.toBe(expiryWarning(collateral, new Date('2026-07-01T08:30:00Z')))
})

it('says nothing of what cannot be read: the verifier will', () => {
  expect(expiryWarning({ ...collateral, pckCrl: new Uint8Array(0) }, issued)).toBeUndefined()
})

it('says of any collateral until when it is good', () => {
  expect(expiryNotice(collateral)).toBe(
    'good until 2026-07-01 at 08:30 UTC, when the revocation list of the PCK CA lapses',
  )
  expect(expiryNotice({ ...collateral, pckCrl: new Uint8Array(0) })).toBeUndefined()
})
