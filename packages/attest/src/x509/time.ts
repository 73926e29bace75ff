import { FormatError } from '../error.ts'
import type { DerValue } from './der.ts'
import * as Tag from './tag.ts'

/**
 * A time of a certificate (RFC 5280, §4.1.2.5): UTCTime YYMMDDHHMMSSZ through 2049, GeneralizedTime YYYYMMDDHHMMSSZ after.
 *
 * @throws FormatError
 */
export function readTime({ tag, content }: DerValue): Date {
  if (tag === Tag.utcTime && content.length === 13) {
    const year = twoDigits(content, 0)
    return toDate(year < 50 ? 2000 + year : 1900 + year, content.subarray(2))
  }
  if (tag === Tag.generalizedTime && content.length === 15) {
    const year = twoDigits(content, 0) * 100 + twoDigits(content, 2)
    if (year >= 2050) return toDate(year, content.subarray(4))
  }
  throw new FormatError('a time in another form than RFC 5280 wants')
}

/** @param rest MMDDHHMMSSZ: DER has made sure of digits and a Z */
function toDate(year: number, rest: Uint8Array): Date {
  const [month, day, hour] = [twoDigits(rest, 0), twoDigits(rest, 2), twoDigits(rest, 4)]
  const [minute, second] = [twoDigits(rest, 6), twoDigits(rest, 8)]
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  // The 30th of February and the 61st second do not come back as they went in.
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCSeconds() === second
  if (!same || hour > 23 || minute > 59) throw new FormatError('a time that does not exist')
  return date
}

function twoDigits(digits: Uint8Array, at: number): number {
  return ((digits[at] ?? 0) - 0x30) * 10 + (digits[at + 1] ?? 0) - 0x30
}
