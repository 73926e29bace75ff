import type { Cursor } from './cursor.ts'
import { Float, Moment, type Value } from './value.ts'

const TIME = String.raw`([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])(?:\.([0-9]{1,6})[0-9]*)?`
const LOCAL_TIME = new RegExp(TIME, 'y')
const DATE_TIME = new RegExp(
  String.raw`([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])` +
    String.raw`(?:[Tt ]${TIME}(?:([Zz])|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))?)?`,
  'y',
)
const INTEGER_OF_OTHER_BASE = /0(?:x[0-9A-Fa-f](?:_?[0-9A-Fa-f])*|b[01](?:_?[01])*|o[0-7](?:_?[0-7])*)/y
const NUMBER = /[+-]?(?:0|[1-9](?:_?[0-9])*)((?:\.[0-9](?:_?[0-9])*)?(?:[eE][+-]?[0-9](?:_?[0-9])*)?)/y
const SPECIAL = /([+-]?)(inf|nan)/y

/** A boolean, a date, a time or a number; undefined if none of them stands here. */
export function readScalar(cursor: Cursor): Value | undefined {
  if (cursor.take('true')) return true
  if (cursor.take('false')) return false
  const moment = readMoment(cursor)
  if (moment !== undefined) return moment
  const other = cursor.match(INTEGER_OF_OTHER_BASE)
  if (other !== undefined) return BigInt(plain(other[0]))
  const number = cursor.match(NUMBER)
  if (number !== undefined) {
    return number[1] === '' ? BigInt(plain(number[0])) : new Float(Number(plain(number[0])))
  }
  const special = cursor.match(SPECIAL)
  if (special === undefined) return undefined
  const size = special[2] === 'inf' ? Infinity : Number.NaN
  return new Float(special[1] === '-' ? -size : size)
}

function readMoment(cursor: Cursor): Moment | undefined {
  const found = cursor.match(DATE_TIME)
  if (found === undefined) {
    const local = cursor.match(LOCAL_TIME)
    return local && new Moment(time(local.slice(1)))
  }
  const [, year = '', month = '', day = '', ...rest] = found
  const date = `${year}-${month}-${day}`
  if (year === '0000' || !existsInCalendar(date)) throw cursor.malformed('a date that does not exist')
  if (rest[0] === undefined) return new Moment(date)
  const [zulu, sign, hours, minutes] = rest.slice(4)
  return new Moment(`${date} ${time(rest)}${zulu === undefined ? offset(sign, hours, minutes) : '+00:00'}`)
}

function existsInCalendar(date: string): boolean {
  const moment = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(date)
}

/** Fractions are kept to the microsecond and left out when they are zero. */
function time([hour, minute, second, fraction = '']: readonly (string | undefined)[]): string {
  const microseconds = fraction.padEnd(6, '0')
  return `${hour}:${minute}:${second}${/^0*$/.test(microseconds) ? '' : `.${microseconds}`}`
}

function offset(sign: string | undefined, hours: string | undefined, minutes: string | undefined): string {
  if (sign === undefined) return ''
  return hours === '00' && minutes === '00' ? '+00:00' : `${sign}${hours}:${minutes}`
}

function plain(digits: string): string {
  return digits.replaceAll('_', '')
}
