import type { Policy } from '@mse/attest'
import { policyFor } from '../fingerprint/implied-policy.ts'
import type { Platform } from '../platform/platform.ts'
import { checkFiles } from './check-files.ts'
import { openPackage } from './open.ts'

/** What the enclave of a package has to prove on a platform; the package is looked at file by file, once more. */
export async function packagePolicy(directory: string, platform: Pick<Platform, 'measure'>): Promise<Policy> {
  const artefact = await openPackage(directory)
  await checkFiles(artefact)
  return policyFor(await platform.measure(artefact))
}
