import { createHash } from 'node:crypto'

/** What is hashed before the index. */
export const SOFTWARE_LABEL = 'mse software enclave v1\0'

/** What the software enclave measures of a package, hex (spec/2-package.md, "Fingerprint"). */
export function softwareFingerprint(index: Uint8Array): string {
  return createHash('sha256').update(SOFTWARE_LABEL).update(index).digest('hex')
}
