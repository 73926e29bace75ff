import { MseError } from '../../error.ts'
import { containerSupervisorProgram } from '../../locations.ts'
import type { Artefact } from '../../package/artefact.ts'
import { openPackage } from '../../package/open.ts'
import type { Folders } from '../../state/paths.ts'
import type { Platform } from '../platform.ts'
import { identityFile, softwareIdentity } from '../software/identity.ts'
import { launchSupervised, relaunchSupervised } from '../software/launch-supervised.ts'
import { layout } from '../software/layout.ts'
import { softwareMeasurement } from '../software/measurer.ts'
import { supervised } from '../software/supervised.ts'
import { besideContainer, type Supervision } from '../software/supervision.ts'
import { findTool, installCommand, tools } from '../software/tools.ts'
import { openEngine } from './engine/engine.ts'
import { findEngine } from './engine/find-engine.ts'
import type { LoaderName } from './loader-name.ts'

/**
 * An enclave in a container of the machine's engine: the base image of the package, read-only, with the package in it. It needs no user
 * namespaces and no FUSE of its own. What it stores is memory of the container.
 */
export function containerPlatform(folders: Folders, loader: LoaderName): Platform {
  const identity = identityFile(folders.state)
  const supervision: Supervision = { ...besideContainer, program: containerSupervisorProgram }
  return {
    name: 'container',
    title: 'software enclave in a container',
    async measure(artefact) {
      const { platform } = await softwareIdentity(identity, () => new Date())
      return softwareMeasurement(artefact, [platform.rootKeyHash])
    },
    async requireReady() {
      await requireFlock()
      await findEngine(folders.engines)
    },
    async admit(artefact) {
      await requireImage(folders, baseOf(artefact))
    },
    diagnose: async () => [],
    async launch(plan) {
      const image = baseOf(await openPackage(layout(plan.folder).package))
      const container = { engine: await findEngine(folders.engines), image, loader }
      return launchSupervised(plan, identity, { ...supervision, container })
    },
    relaunch: (folder) => relaunchSupervised(folder, supervision),
    usage: async () => undefined,
    attach: (folder) => supervised(folder, supervision),
  }
}

/** The image is part of what is signed and measured: no operator chooses another one. */
function baseOf({ index }: Artefact): string {
  if (index.base !== null) return index.base
  throw new MseError('container/no-base', 'the package names no base image, and a container is made of one', {
    next: 'mse base import IMAGE, and base = "sha256:…" in mse.toml, as it prints it',
  })
}

async function requireImage({ engines }: Folders, digest: string): Promise<void> {
  const found = await findEngine(engines)
  if (await openEngine(found).hasImage(digest)) return
  throw new MseError('container/image', `${found.name} does not have the base image of the package`, {
    expected: digest,
    next: 'podman load -i IMAGE, or podman pull IMAGE (docker does the same): the image that mse base import was given',
  })
}

async function requireFlock(): Promise<void> {
  const flock = tools.filter(({ program }) => program === 'flock')
  if ((await findTool('flock')) !== undefined) return
  throw new MseError('environment/tools', 'flock is not installed', { next: installCommand(flock) })
}
