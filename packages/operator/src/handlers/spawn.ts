import { requireFuture } from '@mse/core/launch/launch-app'
import type { AppOnDisk } from '@mse/core/state/app'
import { requireOffered } from '../launches/require-offered.ts'
import { spawnForOwner } from '../launches/spawn-for-owner.ts'
import { appView } from './app-view.ts'
import type { Handler } from './call.ts'

export const spawn: Handler<'spawn'> = async ({ service, owner, token, name, body: request }) => {
  requireOffered(service, request.platform)
  requireFuture(request.expires === null ? undefined : new Date(request.expires), service.now())
  const promised = await new Promise<AppOnDisk>((resolve, reject) => {
    const ended = spawnForOwner(service, { owner, token, name, request }, (accepted) => {
      owner.spawning.set(name, { instance: accepted.app.instance, ended })
      resolve(accepted)
    })
    ended.catch(reject).finally(() => owner.spawning.delete(name))
  })
  return { json: { ...(await appView(service, owner, promised)), image: request.image } }
}
