import { locateImage } from '@mse/core/oci/layout/locate-image'
import type { ReceivedPackage } from '@mse/core/package/receive-package'
import { registryAccess, type RegistryGiven } from './registry-arguments.ts'

/** A package as a user names it, and how registries are reached for it. */
export async function receivedPackage(word: string, args: RegistryGiven, cwd: string): Promise<ReceivedPackage> {
  return { location: await locateImage(word, cwd), access: registryAccess(args) }
}
