import { MseError } from '@mse/core/error'

const unit = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `90m`, `12h`, `30d` from now, or a date and time as ISO 8601 has it. @throws MseError `usage/bad-value` */
export function readExpiry(text: string, now: Date): Date {
  const [, count, letter] = /^(\d{1,6})([mhd])$/.exec(text) ?? []
  if (count !== undefined) return new Date(now.getTime() + Number(count) * unit[letter as keyof typeof unit])
  const date = /^\d{4}-\d\d-\d\d/.test(text) ? new Date(text) : new Date(Number.NaN)
  if (!Number.isNaN(date.getTime())) return date
  throw new MseError('usage/bad-value', '--expires has a value that it does not take', {
    expected: 'a date and time such as 2027-01-31T12:00, or 90m, 12h, 30d',
    found: text,
  })
}
