import { createHash } from 'node:crypto'

/** What the software enclave measures of a package, hex (spec/2-package.md, "Fingerprint"). */
export function softwareFingerprint(index: Uint8Array): string {
  return createHash('sha256').update('mse software enclave v1\0').update(index).digest('hex')
}
