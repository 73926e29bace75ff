import { collectEvidence } from '@mse/core/attest/collect'
import { MseError } from '@mse/core/error'
import { requireFuture } from '@mse/core/launch/launch-app'
import { choosePlatform } from '@mse/core/platform/platforms'
import { appTls } from '@mse/core/serve/app-tls'
import { beginRenewal as begin } from '@mse/core/serve/renew-app'
import { restartApp } from '@mse/core/serve/restart-app'
import { findApp, homeOf, listApps, writeApp, type AppOnDisk } from '@mse/core/state/app'
import { endpointOf } from '@mse/core/state/endpoint'
import { withLock } from '@mse/core/state/lock'
import { lockPath } from '@mse/core/state/paths'
import { stopApp } from '@mse/core/stop/stop-app'
import { encodeEvidence } from '@mse/attest/evidence'
import { forgetImage } from '../owners/kept-image.ts'
import type { Owner } from '../service/owner.ts'
import type { Handler } from './call.ts'

/** Milliseconds that each step of a restart may take. */
const timeout = 60_000

export const list: Handler<'list'> = async ({ service, owner }) => {
  const apps = await listApps(owner.session.folders)
  return { json: { apps: await Promise.all(apps.map((one) => service.board.recall(owner, one))) } }
}

export const status: Handler<'status'> = async ({ service, owner, name }) => {
  const onDisk = await find(owner, name)
  const [view, tls] = await Promise.all([service.board.ask(owner, onDisk), appTls(onDisk)])
  return { json: { ...view, tls: tls ?? null } }
}

export const change: Handler<'change'> = async ({ service, owner, name, body }) => {
  const { session } = owner
  const expires = body.expires === null ? undefined : new Date(body.expires)
  requireFuture(expires, session.now())
  const { folder } = await find(owner, name)
  await withLock(lockPath(homeOf(folder)), async () => {
    const { folder, app } = await find(owner, name)
    await choosePlatform(app.platform, session.folders).attach(folder).expireAt(expires)
    await writeApp(folder, { ...app, expires: body.expires })
  })
  return { json: await service.board.ask(owner, await find(owner, name)) }
}

export const stop: Handler<'stop'> = async ({ owner, name }) => {
  await find(owner, name)
  return { json: { name, wasRunning: await stopApp(owner.session, name, false), removed: false } }
}

export const remove: Handler<'remove'> = async ({ owner, name }) => {
  await find(owner, name)
  const wasRunning = await stopApp(owner.session, name, true)
  await forgetImage(owner.files, name)
  return { json: { name, wasRunning, removed: true } }
}

export const restart: Handler<'restart'> = async ({ service, owner, name }) => {
  await find(owner, name)
  const { state, ...onDisk } = await restartApp(owner.session, name, { timeout, policies: [] })
  return { json: { state, app: await service.board.ask(owner, onDisk) } }
}

/** Which certificate is to come its owner finds out from the enclave, and verifies. */
export const beginRenewal: Handler<'beginRenewal'> = async ({ service, owner, name, body }) => {
  const until = new Date(body.until)
  requireFuture(until, owner.session.now())
  await find(owner, name)
  const onDisk = await begin(owner.session, name, { timeout, policies: [], until })
  return { json: await service.board.ask(owner, onDisk) }
}

/** As this machine sees it; who wants to be sure asks the enclave. */
export const evidence: Handler<'evidence'> = async ({ owner, name }) => {
  const { app } = await find(owner, name)
  const shown = encodeEvidence(await collectEvidence(endpointOf(app)))
  return { json: JSON.parse(new TextDecoder().decode(shown)) as object }
}

/** Says nothing of what others have. @throws MseError `state/no-such-app` */
export async function find(owner: Owner, name: string): Promise<AppOnDisk> {
  return findApp(owner.session.folders, name).catch((error: unknown) => {
    if (!(error instanceof MseError) || error.code !== 'state/no-such-app') throw error
    throw new MseError('state/no-such-app', `there is no application ${JSON.stringify(name)} of this owner`, {
      next: 'mse list --operator URL',
    })
  })
}
