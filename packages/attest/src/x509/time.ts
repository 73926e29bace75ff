import { FormatError } from '../error.ts'
import type { DerValue } from './der.ts'
import { Tag } from './fields.ts'

/**
 * A time of a certificate (RFC 5280, §4.1.2.5): UTCTime YYMMDDHHMMSSZ through 2049, GeneralizedTime YYYYMMDDHHMMSSZ after.
 *
 * @throws FormatError
 */
export function readTime(value: DerValue): Date {
  const text = String.fromCharCode(...value.content.subarray(0, 16))
  if (value.tag === Tag.utcTime && text.length === 13) {
    return toDate(Number(text.slice(0, 2)) < 50 ? `20${text}` : `19${text}`)
  }
  if (value.tag === Tag.generalizedTime && text.length === 15) {
    const date = toDate(text)
    if (date.getUTCFullYear() >= 2050) return date
  }
  throw new FormatError('a time in another form than RFC 5280 wants')
}

function toDate(text: string): Date {
  const iso = text.replace(/^(....)(..)(..)(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6.000Z')
  const date = new Date(iso)
  // The 30th of February and the 61st second do not come back as they went in.
  if (Number.isNaN(date.getTime()) || date.toISOString() !== iso) throw new FormatError('a time that does not exist')
  return date
}
