import { MseError } from '../../error.ts'
import { containerSupervisorProgram } from '../../locations.ts'
import type { Artefact } from '../../package/artefact.ts'
import { openPackage } from '../../package/open.ts'
import type { Folders } from '../../state/paths.ts'
import type { Platform, PlatformName } from '../platform.ts'
import { launchSupervised, relaunchSupervised } from '../software/launch-supervised.ts'
import { layout } from '../software/layout.ts'
import type { ContainerPlan } from '../software/plan-file.ts'
import { supervised } from '../software/supervised.ts'
import type { Supervision } from '../software/supervision.ts'
import { identityFile } from '../software/identity.ts'
import { findTool, installCommand, tools } from '../software/tools.ts'
import { baseOf } from './base-of.ts'
import { openEngine } from './engine/engine.ts'
import { findEngine } from './engine/find-engine.ts'

/** What one platform does in its own way, of those whose enclaves live in containers. */
export interface ContainerPlatform {
  readonly name: PlatformName
  readonly title: string
  readonly container: Pick<ContainerPlan, 'loader' | 'sgx'>
  readonly supervision: Omit<Supervision, 'program'>
  readonly measure: Platform['measure']
  /** What it needs of the machine beside an engine. */
  requireReady(): void
  /** Writes what a container is given beside the package; throws for a package that cannot run there. */
  prepare(artefact: Artefact, folder: string | undefined, port: number): Promise<void>
}

/** An enclave in a container of the machine's engine: the base image of the package, read-only, with the package in it. */
export function containerPlatform(folders: Folders, own: ContainerPlatform): Platform {
  const supervision: Supervision = { ...own.supervision, program: containerSupervisorProgram }
  return {
    name: own.name,
    title: own.title,
    measure: (artefact) => own.measure(artefact),
    async requireReady() {
      own.requireReady()
      await requireFlock()
      await findEngine(folders.engines)
    },
    async admit(artefact) {
      await requireImage(folders, baseOf(artefact))
      await own.prepare(artefact, undefined, 1)
    },
    async launch(plan) {
      const files = layout(plan.folder)
      const container = { ...own.container, engine: await findEngine(folders.engines) }
      const running = await launchSupervised(plan, identityFile(folders.state), { ...supervision, container })
      return {
        ...running,
        async begin() {
          await own.prepare(await openPackage(files.package), files.container, plan.unmeasured.port)
          await running.begin()
        },
      }
    },
    relaunch: (folder) => relaunchSupervised(folder, supervision),
    usage: async () => undefined,
    attach: (folder) => supervised(folder, supervision),
  }
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
