import { describe, expect, it } from 'vitest'
import { ascii } from '../bytes.ts'
import { FormatError } from '../error.ts'
import { der } from '../testing/der-writer.ts'
import { readDer } from './der.ts'
import { readTime } from './time.ts'

const read = (tag: number, text: string) => readTime(readDer(der(tag, ascii(text)))).toISOString()
const utc = 0x17
const generalized = 0x18

it('reads UTCTime through 2049 and GeneralizedTime after', () => {
  expect(read(utc, '260615120000Z')).toBe('2026-06-15T12:00:00.000Z')
  expect(read(utc, '491231235959Z')).toBe('2049-12-31T23:59:59.000Z')
  expect(read(utc, '500101000000Z')).toBe('1950-01-01T00:00:00.000Z')
  expect(read(utc, '240229000000Z')).toBe('2024-02-29T00:00:00.000Z')
  expect(read(generalized, '20500101000000Z')).toBe('2050-01-01T00:00:00.000Z')
  expect(read(generalized, '99991231235959Z')).toBe('9999-12-31T23:59:59.000Z')
})

describe('refuses', () => {
  it.each([
    ['UTCTime without seconds', utc, '2606151200Z'],
    ['the 30th of February', utc, '260230000000Z'],
    ['the 29th of February of a common year', utc, '250229000000Z'],
    ['month 13', utc, '261301000000Z'],
    ['month 0', utc, '260001000000Z'],
    ['hour 24', utc, '260615240000Z'],
    ['a leap second', utc, '261231235960Z'],
    ['GeneralizedTime before 2050', generalized, '20491231235959Z'],
    ['GeneralizedTime of the year 0', generalized, '00000101000000Z'],
    ['GeneralizedTime of two-digit years', generalized, '260615120000Z'],
    ['no Z', utc, '2606151200000'],
    ['nothing', utc, ''],
  ])('%s', (_, tag, text) => {
    expect(() => read(tag, text)).toThrow(FormatError)
  })
})
