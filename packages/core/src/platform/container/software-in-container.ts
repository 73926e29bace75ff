import type { Artefact } from '../../package/artefact.ts'
import type { Folders } from '../../state/paths.ts'
import type { Measurement } from '../platform.ts'
import { identityFile, softwareIdentity } from '../software/identity.ts'
import { softwareMeasurement } from '../software/measurer.ts'
import { besideContainer } from '../software/supervision.ts'
import type { ContainerPlatform } from './platform.ts'

/** `--platform container`: a software enclave, for machines that have a container engine and neither user namespaces nor FUSE. */
export function softwareInContainer(folders: Folders): ContainerPlatform {
  return {
    name: 'container',
    title: 'software enclave in a container',
    container: { loader: 'software' },
    supervision: besideContainer,
    measure: (artefact) => measureSoftware(folders, artefact),
    requireReady: () => undefined,
    prepare: async () => undefined,
  }
}

/** Wherever a software enclave lives, it has this user's root. */
export async function measureSoftware({ state }: Folders, artefact: Artefact): Promise<Measurement> {
  const { platform } = await softwareIdentity(identityFile(state), () => new Date())
  return softwareMeasurement(artefact, [platform.rootKeyHash])
}
