import { MseError } from '../error.ts'
import type { Index } from '../package/index-file.ts'

/**
 * A package names its base, and its owner has signed that: another one is another application.
 *
 * @throws MseError `sgx/base`
 */
export function requireSameBase({ base }: Index, wanted: string | undefined): void {
  if (wanted === undefined || wanted === base) return
  throw new MseError('sgx/base', 'the package is not for this base image', {
    expected: wanted,
    found: base ?? 'no base: this package cannot run on SGX',
    next: 'Package again with this base, or measure with the base of the package.',
  })
}
