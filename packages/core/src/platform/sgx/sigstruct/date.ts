import { MseError } from '../../../error.ts'

/**
 * A date as SIGSTRUCT has it: binary-coded decimal, so that `2024-02-29` reads 0x20240229. `0000-00-00` is no date, on purpose.
 *
 * @throws MseError `sigstruct/date`
 */
export function encodeDate(date: string): number {
  const [, ...parts] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date) ?? []
  const exists = date === '0000-00-00' || (!date.startsWith('0000') && isInCalendar(date))
  if (parts.length === 0 || !exists) {
    throw new MseError('sigstruct/date', 'the date of a signature is not a date', {
      expected: 'YYYY-MM-DD',
      found: date,
    })
  }
  return Number.parseInt(parts.join(''), 16)
}

/** @throws MseError `sigstruct/date` for what is not binary-coded decimal */
export function decodeDate(value: number): string {
  const digits = value.toString(16).padStart(8, '0')
  const date = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`
  encodeDate(date)
  return date
}

function isInCalendar(date: string): boolean {
  const moment = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(date)
}
