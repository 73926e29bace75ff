import { MseError } from '@mse/core/error'

export function badValue(option: string, expected: string, found: string): MseError {
  return new MseError('usage/bad-value', `${option} has a value that it does not take`, { expected, found })
}
