import { FormatError } from '../error.ts'
import type { DerValue } from './der.ts'
import * as Tag from './tag.ts'

/**
 * A time of a certificate (RFC 5280, §4.1.2.5): UTCTime YYMMDDHHMMSSZ through 2049, GeneralizedTime YYYYMMDDHHMMSSZ after.
 *
 * @throws FormatError
 */
export function readTime({ tag, within, contentStart: start, end }: DerValue): Date {
  if (tag === Tag.utcTime && end - start === 13) {
    const year = twoDigits(within, start)
    return toDate(year < 50 ? 2000 + year : 1900 + year, within, start + 2)
  }
  if (tag === Tag.generalizedTime && end - start === 15) {
    const year = twoDigits(within, start) * 100 + twoDigits(within, start + 2)
    if (year >= 2050) return toDate(year, within, start + 4)
  }
  throw new FormatError('a time in another form than RFC 5280 wants')
}

/** @param at where MMDDHHMMSSZ stands: DER has made sure of digits and a Z */
function toDate(year: number, within: Uint8Array, at: number): Date {
  const month = twoDigits(within, at)
  const day = twoDigits(within, at + 2)
  const hour = twoDigits(within, at + 4)
  const minute = twoDigits(within, at + 6)
  const second = twoDigits(within, at + 8)
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  // The 30th of February and the 61st second do not come back as they went in.
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCSeconds() === second
  if (!same || hour > 23 || minute > 59) throw new FormatError('a time that does not exist')
  return date
}

function twoDigits(digits: Uint8Array, at: number): number {
  return ((digits[at] ?? 0) - 0x30) * 10 + (digits[at + 1] ?? 0) - 0x30
}
