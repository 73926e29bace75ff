import { expect, test } from 'vitest'
import { readExpiry } from './expiry.ts'

const now = new Date('2026-06-15T12:00:00Z')

test.each([
  ['90m', '2026-06-15T13:30:00.000Z'],
  ['12h', '2026-06-16T00:00:00.000Z'],
  ['30d', '2026-07-15T12:00:00.000Z'],
  ['2027-01-31T12:00:00Z', '2027-01-31T12:00:00.000Z'],
])('%s is %s', (text, moment) => {
  expect(readExpiry(text, now).toISOString()).toBe(moment)
})

test.each(['', 'tomorrow', '12', '12w', '-1h', '2027-13-01', '31.1.2027'])('%j is refused', (text) => {
  expect(() => readExpiry(text, now)).toThrow(expect.objectContaining({ code: 'usage/bad-value' }) as Error)
})
