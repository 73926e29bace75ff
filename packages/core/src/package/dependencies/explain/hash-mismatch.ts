import type { MseError } from '../../../error.ts'
import type { Requirements } from '../requirements.ts'
import { fault, lineNamedIn } from './line-at-fault.ts'

/** A wheel that is not the one that the lock, or the index itself, promised. */
export function hashMismatch(output: string, read: Requirements): MseError | undefined {
  const said = /DO NOT MATCH THE HASHES[^]*?\n\s+(\S+)[^]*?Expected sha256 (\w+)[^]*?Got\s+(\w+)/.exec(output)
  if (!said) return undefined
  const [, wheel = '', expected = '', found = ''] = said
  return fault('hash-mismatch', lineNamedIn(wheel.split('==')[0] ?? '', read), `${wheel} is not the expected wheel`, {
    expected: `SHA-256 ${expected}`,
    found: `SHA-256 ${found}`,
    next: 'do not use it; find out who changed the wheel between its author and this machine',
  })
}
