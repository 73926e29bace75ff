import { createHmac } from 'node:crypto'
import type { CodeKey } from '../package/age/code-key.ts'
import type { Secrets } from './bundle.ts'

/** Tells whether the secrets have changed since they were delivered, and tells nothing to who lacks the code key. Hex. */
export function secretsDigest({ secrets, sealed, certificate }: Secrets, key: CodeKey): string {
  const mac = createHmac('sha256', key.secret)
  // A chain that was asked for is of one launch, and says nothing of the next.
  const imported = certificate?.kind === 'imported' ? [certificate.pem] : []
  for (const part of [secrets, sealed, ...imported]) {
    mac.update(part === undefined ? 'absent' : `${part.length}\0`)
    mac.update(part ?? '')
  }
  return mac.digest('hex')
}
