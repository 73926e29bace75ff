import { MseError } from '@mse/core/error'
import { choosePlatform } from '@mse/core/platform/platforms'
import { requireFuture } from '@mse/core/launch/launch-app'
import type { AppView } from '../api/shapes.ts'
import { Candidate } from '../launches/candidate.ts'
import { launchForOwner } from '../launches/launch-for-owner.ts'
import { requireOffered } from '../launches/require-offered.ts'
import { ownerDomain } from '../names/app-host.ts'
import type { Owner } from '../service/owner.ts'
import { appView, refusalOf } from './app-view.ts'
import { find } from './apps.ts'
import type { Call, Handler } from './call.ts'

export const launch: Handler<'launch'> = async (call) => {
  const { service, owner, token, name, body: request } = call
  requireOffered(service, request.platform)
  requireFuture(request.expires === null ? undefined : new Date(request.expires), service.now())
  const candidate = new Candidate(
    (begun) => launchForOwner(service, { owner, token, name, request }, begun),
    service.limits.lease,
  )
  const started = await candidate.started
  const { instance } = started.app
  const domain = ownerDomain(service.settings, owner.name)
  owner.candidates.set(instance, { app: name, candidate })
  void candidate.ended.catch(() => undefined).finally(() => owner.candidates.delete(instance))
  // At the port of the application it is the one before that answers.
  const app: AppView = { ...(await appView(service, owner, started)), state: 'waiting', image: request.image }
  const where =
    domain === undefined
      ? { port: started.port, serverName: null }
      : { port: app.port, serverName: `${instance}.${domain}` }
  return { json: { instance, ...where, app } }
}

export const renew: Handler<'renew'> = async ({ owner, name, instance }) => {
  const candidate = candidateOf(owner, name, instance)
  candidate.renew()
  const { folder, app } = await candidate.started
  const running = choosePlatform(app.platform, owner.session.folders).attach(folder)
  const alive = await running.isAlive()
  return { json: { alive, failure: alive ? null : refusalOf(await running.failure()) } }
}

export const settle: Handler<'settle'> = async ({ service, owner, name, instance }) => {
  await candidateOf(owner, name, instance).settle()
  return { json: await service.board.ask(owner, await find(owner, name)) }
}

export const abandon: Handler<'abandon'> = async ({ owner, name, instance, body }: Call<'abandon'>) => {
  const { reason } = body
  await candidateOf(owner, name, instance).abandon(reason ?? undefined)
  return {}
}

/** @throws MseError `operator/no-launch` */
function candidateOf(owner: Owner, name: string, instance: string): Candidate {
  const found = owner.candidates.get(instance)
  if (found !== undefined && found.app === name) return found.candidate
  throw new MseError('operator/no-launch', 'no launch of that instance waits to be decided on', {
    next: 'mse deploy',
  })
}
