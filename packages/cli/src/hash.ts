import { MseError } from '@mse/core/error'

/** @throws MseError `usage/bad-value` unless it is a SHA-256 as policies have it */
export function readHash(option: string, word: string): string {
  if (/^[0-9a-f]{64}$/.test(word)) return word
  throw new MseError('usage/bad-value', `${option} has a value that it does not take`, {
    expected: '64 lower-case hex digits',
    found: word,
  })
}
