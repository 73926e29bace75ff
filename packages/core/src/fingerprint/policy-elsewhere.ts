import type { Policy, SgxPolicy, SoftwarePolicy } from '@mse/attest'
import { MseError } from '../error.ts'
import type { IndexedPackage, PlatformName } from '../platform/platform.ts'
import { measuredAs } from '../platform/platforms.ts'
import type { Folders } from '../state/paths.ts'
import { impliedPolicy } from './implied-policy.ts'

/**
 * What evidence of a package has to show on a machine that is somebody else's. A software enclave there is believed under the
 * roots that the caller's own policies name, and under no other: not this user's own, and none that the machine itself names.
 *
 * @throws MseError `policy/software-root` when they name none; as {@link impliedPolicy}
 */
export async function policyElsewhere(
  folders: Folders,
  packed: IndexedPackage,
  platform: PlatformName,
  policies: readonly Policy[],
): Promise<SgxPolicy | SoftwarePolicy> {
  const policy = await impliedPolicy(folders, packed, measuredAs(platform))
  if (policy.platform !== 'software') return policy
  const softwareRoots = policies.flatMap((one) => (one.platform === 'software' ? one.softwareRoots : []))
  if (softwareRoots.length > 0) return { ...policy, softwareRoots }
  throw new MseError(
    'policy/software-root',
    'a software enclave of another machine, and nobody says that it is believed',
    {
      expected: 'a policy that names the root of its software platform',
      found: 'none',
      next: 'If you believe its keeper, ask for the file that `mse operator policy` prints there, and give --policy FILE.',
    },
  )
}
