import { whatIsThere } from '@mse/core/launch/before'
import { launchApp } from '@mse/core/launch/launch-app'
import type { LaunchOptions } from '@mse/core/launch/launch-options'
import { orRemoved, settle, type Before } from '@mse/core/launch/launched'
import type { Index } from '@mse/core/package/index-file'
import { findPython } from '@mse/core/package/interpreter'
import { choosePlatform } from '@mse/core/platform/platforms'
import type { AppOnDisk } from '@mse/core/state/app'
import { withLock } from '@mse/core/state/lock'
import { appFolder, lockPath } from '@mse/core/state/paths'
import { withStaging } from '@mse/core/state/staging'
import { join } from 'node:path'
import type { LaunchRequest } from '../api/shapes.ts'
import { blobsOf, keepImage, keptImages } from '../owners/kept-image.ts'
import type { Owner, Size } from '../service/owner.ts'
import type { Service } from '../service/service.ts'
import type { TokenRecord } from '../tokens/token.ts'
import type { Started } from './candidate.ts'
import { appHost } from '../names/app-host.ts'
import { withName } from '../names/waiting-names.ts'
import { receiveBlobs, type Received } from './receive-blobs.ts'

/** Seconds that an enclave nobody provisions is kept. */
const patience = 24 * 3600
/** Milliseconds that a launcher gets to answer. */
const startTimeout = 60_000
/** Milliseconds that blobs are kept which no application needs. */
const blobsKept = 3_600_000

export interface OwnersLaunch {
  readonly owner: Owner
  readonly token: TokenRecord
  readonly name: string
  readonly request: LaunchRequest
}

/**
 * The whole of a launch, under one lock: the package is checked and started beside what runs under the name; once the owner, who has
 * verified and provisioned it meanwhile, has decided, it becomes the application or goes.
 *
 * @param begun returns when the owner has settled it, and throws otherwise
 */
export async function launchForOwner(
  service: Service,
  { owner, token, name, request }: OwnersLaunch,
  begun: (started: Started) => Promise<void>,
): Promise<AppOnDisk> {
  const { session } = owner
  const platform = choosePlatform(request.platform, session.folders)
  await platform.requireReady()
  const home = appFolder(session.folders, name)
  return withLock(lockPath(home), () =>
    withStaging(session.folders, async (staging) => {
      const wanted = { image: request.image, name }
      const received = await receiveBlobs(owner.blobs, wanted, join(staging, 'package'), (index) =>
        owner.reserve(token.quota, name, sizeOf(index)),
      )
      const { artefact } = received
      const interpreter = await findPython(session.env, session.signal, artefact.index.python)
      const before = await whatIsThere(session.folders, home)
      const launched = await withPlace(service, before, async (place) => {
        const options = { ...launchOptions(service, owner, name, request), ...place }
        const launched = await launchApp(session, home, { artefact, interpreter }, platform, options, before)
        return orRemoved(launched, async () => {
          const { port } = launched.endpoint
          await withName(owner.files, launched.app.instance, port, () => begun({ ...launched, port }))
          return { folder: launched.folder, app: await settle(launched) }
        })
      })
      await keep(service, owner, name, received)
      return launched
    }).finally(() => owner.giveBack(name)),
  )
}

function launchOptions(
  { settings, address }: Service,
  owner: Owner,
  name: string,
  request: LaunchRequest,
): Omit<LaunchOptions, 'port' | 'meanwhile'> {
  const expires = request.expires === null ? undefined : new Date(request.expires)
  const own = appHost(settings, owner, name)
  const asked = own === undefined ? request.names : [...new Set([own, ...request.names])]
  const names = asked.length > 0 ? asked : [settings.host ?? 'localhost']
  return { address, names, timeout: startTimeout, patience, expires }
}

/** The port that the application had, if it can be had again, and where it answers until it takes that over. */
async function withPlace<T>(
  service: Service,
  before: Before | undefined,
  work: (place: Pick<LaunchOptions, 'port' | 'meanwhile'>) => Promise<T>,
): Promise<T> {
  const { address } = service
  const everybody = await service.everybody()
  const alive = before !== undefined && (await before.running.isAlive())
  if (alive && before.app.address === address) {
    return service.ports.withPorts(everybody, 1, ([port = 0]) =>
      work({ port: before.app.port, meanwhile: { address, port } }),
    )
  }
  if (before !== undefined && !alive && (await service.ports.isFree(before.app.port))) {
    return work({ port: before.app.port })
  }
  return service.ports.withPorts(everybody, 1, ([port = 0]) => work({ port }))
}

/** What an application may use: of storage, its package beside what it stores. */
function sizeOf({ configuration, files }: Index): Size {
  const { hardware, storage } = configuration
  return { hardware, storage: storage + files.reduce((sum, { size }) => sum + size, 0) }
}

/** Writes down what was started, and deletes what nothing needs any more. */
async function keep(service: Service, owner: Owner, name: string, { artefact, image }: Received): Promise<void> {
  await keepImage(owner.files, { name, image: image.digest, blobs: blobsOf(image), ...sizeOf(artefact.index) })
  const needed = new Set((await keptImages(owner.files)).flatMap(({ blobs }) => blobs))
  await owner.blobs.collect(needed, new Date(service.now().getTime() - blobsKept))
}
