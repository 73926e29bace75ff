import type { SgxPolicy, SoftwarePolicy } from '@mse/attest'
import type { IndexedPackage, Measurement } from '../platform/platform.ts'
import { measurers } from '../platform/platforms.ts'
import type { Folders } from '../state/paths.ts'

/** The policy that asks for what was measured, and for nothing else. */
export function policyFor(measurement: Measurement): SgxPolicy | SoftwarePolicy {
  return { ...measurement, debug: 'refused' }
}

/**
 * What evidence of a package has to show on a platform: the policy of a third party that holds the package. Software enclaves are
 * believed under this user's own root.
 *
 * @throws MseError `base/unknown`, `sgx/*` when the platform has no enclave of it
 */
export async function impliedPolicy(
  folders: Folders,
  packed: IndexedPackage,
  platform: Measurement['platform'],
): Promise<SgxPolicy | SoftwarePolicy> {
  const measurer = measurers(folders).find(({ name }) => name === platform)
  if (measurer === undefined) throw new Error(`no platform ${platform}`)
  return policyFor(await measurer.measure(packed))
}
