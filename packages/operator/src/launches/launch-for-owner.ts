import { whatIsThere } from '@mse/core/launch/before'
import { launchApp } from '@mse/core/launch/launch-app'
import { orRemoved, settle } from '@mse/core/launch/launched'
import { findPython } from '@mse/core/package/interpreter'
import { choosePlatform } from '@mse/core/platform/platforms'
import type { AppOnDisk } from '@mse/core/state/app'
import { withLock } from '@mse/core/state/lock'
import { appFolder, lockPath } from '@mse/core/state/paths'
import { withStaging } from '@mse/core/state/staging'
import { join } from 'node:path'
import { withName } from '../names/waiting-names.ts'
import type { Service } from '../service/service.ts'
import type { Started } from './candidate.ts'
import { keep, launchOptions, sizeOf, withPlace, type OwnersLaunch } from './owners-launch.ts'
import { receiveBlobs } from './receive-blobs.ts'

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
