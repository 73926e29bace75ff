import type { Folders } from '../../state/paths.ts'
import type { Platform } from '../platform.ts'
import { identityFile, softwareIdentity } from './identity.ts'
import { launchSupervised, relaunchSupervised } from './launch-supervised.ts'
import { softwareMeasurement } from './measurer.ts'
import { readUsage } from './read-usage.ts'
import { supervised } from './supervised.ts'
import { inNamespaces } from './supervision.ts'
import { requireTools } from './tools.ts'

/**
 * The software enclave: the same launcher, the same protocol and the same verifier as on hardware, in a sandbox of this
 * machine. It keeps applications apart and their data encrypted on disk; it does not protect them from the machine's owner.
 */
export function softwarePlatform(folders: Folders): Platform {
  const identity = identityFile(folders.state)
  return {
    name: 'software',
    title: 'software enclave',
    async measure(artefact) {
      const { platform } = await softwareIdentity(identity, () => new Date())
      return softwareMeasurement(artefact, [platform.rootKeyHash])
    },
    requireReady: requireTools,
    admit: async () => undefined,
    launch: (plan) => launchSupervised(plan, identity, inNamespaces),
    relaunch: (folder) => relaunchSupervised(folder, inNamespaces),
    usage: readUsage,
    attach: (folder) => supervised(folder, inNamespaces),
  }
}
