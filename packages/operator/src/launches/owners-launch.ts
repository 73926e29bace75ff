import type { LaunchOptions } from '@mse/core/launch/launch-options'
import type { Before } from '@mse/core/launch/launched'
import type { Index } from '@mse/core/package/index-file'
import type { LaunchRequest } from '../api/shapes.ts'
import { appHost } from '../names/app-host.ts'
import { blobsOf, keepImage, keptImages } from '../owners/kept-image.ts'
import type { Owner, Size } from '../service/owner.ts'
import type { Service } from '../service/service.ts'
import type { TokenRecord } from '../tokens/token.ts'
import type { Received } from './receive-blobs.ts'

/** Seconds that an enclave nobody provisions is kept. */
const patience = 24 * 3600
/** Milliseconds that a launcher gets to answer. */
const startTimeout = 60_000
/** Milliseconds that blobs are kept which no application needs. */
const blobsKept = 3_600_000

/** A launch as an owner asks for it. */
export interface OwnersLaunch {
  readonly owner: Owner
  readonly token: TokenRecord
  readonly name: string
  readonly request: LaunchRequest
}

/** Where and for how long; what the owner asks for, and the name that the service gives. */
export function launchOptions(
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
export async function withPlace<T>(
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
export function sizeOf({ configuration, files }: Index): Size {
  const { hardware, storage } = configuration
  return { hardware, storage: storage + files.reduce((sum, { size }) => sum + size, 0) }
}

/** Writes down what was started, and deletes what nothing needs any more. */
export async function keep(service: Service, owner: Owner, name: string, { artefact, image }: Received): Promise<void> {
  await keepImage(owner.files, { name, image: image.digest, blobs: blobsOf(image), ...sizeOf(artefact.index) })
  const needed = new Set((await keptImages(owner.files)).flatMap(({ blobs }) => blobs))
  await owner.blobs.collect(needed, new Date(service.now().getTime() - blobsKept))
}
