import type { MseError } from '../../../error.ts'
import type { LockedPackage } from '../lock.ts'
import type { Requirements } from '../requirements.ts'
import { fault, lineThatNeeds } from './line-at-fault.ts'

/** A wheel that is not the one that the lock, or the index itself, promised. */
export function hashMismatch(
  output: string,
  read: Requirements,
  locked: readonly LockedPackage[],
): MseError | undefined {
  const said = /DO NOT MATCH THE HASHES[^]*?\n\s+(\S+)[^]*?Expected sha256 (\w+)[^]*?Got\s+(\w+)/.exec(output)
  if (!said) return undefined
  const [, wheel = '', expected = '', found = ''] = said
  return fault(
    'hash-mismatch',
    lineThatNeeds(wheel.split('==')[0] ?? '', locked, read),
    `${wheel} is not the expected wheel`,
    {
      expected: `SHA-256 ${expected}`,
      found: `SHA-256 ${found}`,
      next: 'do not use it; find out who changed the wheel between its author and this machine',
    },
  )
}
