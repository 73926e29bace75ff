import { MseError } from '@mse/core/error'

/**
 * Reads `2025-06-23`, which is its first second in UTC, or `2025-06-23T10:00:00Z`.
 *
 * @throws MseError `usage/bad-value`, also for what is still to come: nobody knows what will be revoked by then
 */
export function pastDate(text: string, now: Date): Date {
  const date = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?$/.test(text) ? new Date(text) : undefined
  if (date !== undefined && date <= now) return date
  throw new MseError('usage/bad-value', '--at has a value that it does not take', {
    expected: 'a date that is past, such as 2025-06-23 or 2025-06-23T10:00:00Z',
    found: text,
  })
}
