import { MseError } from '@mse/core/error'
import { appRecord } from '@mse/core/launch/app-record'
import { whatIsThere } from '@mse/core/launch/before'
import { launchApp } from '@mse/core/launch/launch-app'
import type { LaunchOptions } from '@mse/core/launch/launch-options'
import { orRemoved, settle, type Before } from '@mse/core/launch/launched'
import { makeRoom } from '@mse/core/launch/make-room'
import { newInstance } from '@mse/core/launch/plan'
import { interrupted, promiseLaunch } from '@mse/core/launch/promised'
import { openImage } from '@mse/core/oci/layout/open-image'
import { peekIndex } from '@mse/core/package/image/peek-index'
import { findPython } from '@mse/core/package/interpreter'
import { choosePlatform } from '@mse/core/platform/platforms'
import type { IndexedPackage, Platform } from '@mse/core/platform/platform'
import type { AppOnDisk } from '@mse/core/state/app'
import { withLock } from '@mse/core/state/lock'
import { appFolder, lockPath } from '@mse/core/state/paths'
import { withStaging } from '@mse/core/state/staging'
import { join } from 'node:path'
import { blobLayout } from '../blobs/blob-layout.ts'
import type { BlobStore } from '../blobs/blob-store.ts'
import { blobsOf } from '../owners/kept-image.ts'
import type { Service } from '../service/service.ts'
import { keep, launchOptions, sizeOf, withPlace, type OwnersLaunch } from './owners-launch.ts'
import { otherApp, receiveBlobs, type Received } from './receive-blobs.ts'

/**
 * A launch that nobody decides on: what runs under the name makes room for it, and it waits for its owner. It is accepted when its
 * package is there, signed, of that name, and there is room for it; the rest is done afterwards, under the same lock, and what goes
 * wrong then is on record.
 *
 * @throws what it is not accepted for; nothing afterwards
 */
export async function spawnForOwner(
  service: Service,
  launch: OwnersLaunch,
  accepted: (promised: AppOnDisk) => void,
): Promise<void> {
  const { owner, token, name, request } = launch
  const { session } = owner
  const platform = choosePlatform(request.platform, session.folders)
  await platform.requireReady()
  const home = appFolder(session.folders, name)
  return withLock(lockPath(home), async () => {
    const packed = await peek(owner.blobs, request.image, name)
    await owner.reserve(token.quota, name, sizeOf(packed.index))
    const before = await whatIsThere(session.folders, home)
    await withPlace(service, before, async (place) => {
      const options = { ...launchOptions(service, owner, name, request), ...place, instance: newInstance() }
      const measurement = await platform.measure({ ...packed, directory: '' })
      const app = appRecord(session, packed, platform, measurement, options)
      const promised = await promiseLaunch(home, app, platform, before)
      accepted(promised)
      const received = await service.turns
        .take(() => start(launch, packed.index.python, { home, platform, options, before }))
        .catch((error: unknown) => promised.broken(session.signal.aborted ? interrupted : error))
      if (received === undefined) return
      await promised.kept()
      // It runs: a disk that is full is no reason to end it, and nobody is there to be told.
      await keep(service, owner, name, received).catch(() => undefined)
    })
  }).finally(() => owner.giveBack(name))
}

interface Start {
  readonly home: string
  readonly platform: Platform
  readonly options: LaunchOptions
  readonly before: Before | undefined
}

/** The whole package is checked, every byte of it, before anything of it runs. */
async function start(
  { owner, name, request }: OwnersLaunch,
  python: string,
  { home, platform, options, before }: Start,
): Promise<Received> {
  const { session } = owner
  return withStaging(session.folders, async (staging) => {
    session.signal.throwIfAborted()
    const interpreter = findPython(session.env, session.signal, python)
    interpreter.catch(() => undefined) // asked while the package is unpacked
    const wanted = { image: request.image, name }
    const received = await receiveBlobs(owner.blobs, wanted, join(staging, 'package'), async () => undefined)
    const launchable = { artefact: received.artefact, interpreter: await interpreter }
    if (before !== undefined) await makeRoom(session, launchable, platform, options, before)
    const launched = await launchApp(session, home, launchable, platform, options, before)
    await orRemoved(launched, () => settle(launched))
    return received
  })
}

/** What can be known at once. @throws MseError `operator/no-blob`, `operator/other-app`, `image/*`, `package/*` */
async function peek(store: BlobStore, digest: string, name: string): Promise<IndexedPackage> {
  const image = await openImage(await blobLayout(store, digest))
  for (const blob of blobsOf(image)) {
    if (!(await store.state(blob)).complete) {
      throw new MseError('operator/no-blob', `${blob} was not uploaded, or not wholly`, { next: 'Upload it first.' })
    }
  }
  const packed = await peekIndex(image)
  const found = packed.index.configuration.name
  if (found !== name) throw otherApp(name, found)
  return packed
}
