import type { Policy } from '@mse/attest'
import type { IndexedPackage, Measurement } from '../platform/platform.ts'
import type { Folders } from '../state/paths.ts'
import { impliedPolicy } from './implied-policy.ts'

export interface Publication {
  readonly platform: Measurement['platform']
  /** Hex SHA-256 of the roots of software platforms to believe; whose platform runs the enclave, an owner cannot know. */
  readonly softwareRoots: readonly string[]
  /** MRSIGNER of SGX enclaves, 64 hex digits; undefined: any. */
  readonly signer: string | undefined
}

/**
 * The policy that an owner publishes with a release: complete, and nothing in it is of the machine that it was made on. Without
 * roots, one for software enclaves refuses them all.
 *
 * @throws MseError as `impliedPolicy`
 */
export async function publishedPolicy(
  folders: Folders,
  packed: IndexedPackage,
  { platform, softwareRoots, signer }: Publication,
): Promise<Policy> {
  const policy = await impliedPolicy(folders, packed, platform)
  if (policy.platform === 'software') return { ...policy, softwareRoots }
  return policy.platform === 'sgx' && signer !== undefined ? { ...policy, signer: [signer] } : policy
}
