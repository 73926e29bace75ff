import { join } from 'node:path'
import { MseError } from '../error.ts'
import type { Artefact } from '../package/artefact.ts'
import { openPackage } from '../package/open.ts'
import type { App } from '../state/app.ts'
import type { Before } from './launched.ts'
import type { LaunchPlan, Listening } from './plan.ts'
import { freePort } from './port.ts'

/** Where a launch will answer, and whose port it takes over. */
export interface Place {
  readonly port: number
  readonly replaces: LaunchPlan['replaces']
}

interface Wanted {
  readonly address: string
  /** 0: any. */
  readonly port: number
  readonly meanwhile?: Listening | undefined
}

/**
 * Finds the port of a launch: that of the application that runs, so that its URL stays; another one that was asked for; any.
 * Everything that can be known to fail is asked here, before anything is started.
 *
 * @throws MseError `state/other-owner`, `launch/port-taken`, `launch/address`
 */
export async function findPlace(before: Before | undefined, artefact: Artefact, wanted: Wanted): Promise<Place> {
  if (before === undefined) return freePlace(wanted)
  if (!(await before.running.isAlive()))
    return freePlace({ ...wanted, port: wanted.port || (await stillFree(before.app, wanted)) })
  await requireSameOwner(before, artefact)
  if (!samePlace(before.app, wanted)) return freePlace(wanted)
  const meanwhile = wanted.meanwhile ?? { address: '127.0.0.1', port: await freePort('127.0.0.1', 0) }
  return { port: before.app.port, replaces: { folder: before.folder, meanwhile } }
}

/** Whether an application answers where it is wanted. */
export function samePlace(app: App, { address, port }: Wanted): boolean {
  return app.address === address && (port === 0 || port === app.port)
}

/** The port that is asked for, or any; nobody answers there now. */
export async function freePlace({ address, port }: Wanted): Promise<Place> {
  return { port: await freePort(address, port), replaces: undefined }
}

/** The port that the application had; any other if somebody has taken it. */
async function stillFree({ port }: App, { address }: Wanted): Promise<number> {
  return freePort(address, port).catch(() => 0)
}

/** A package that was damaged since says nothing of its owner, and is one more reason to replace it. */
async function requireSameOwner({ folder, app }: Before, artefact: Artefact): Promise<void> {
  const owner = await openPackage(join(folder, 'package')).then(
    ({ index }) => index.owner,
    () => artefact.index.owner,
  )
  if (owner === artefact.index.owner) return
  throw new MseError('state/other-owner', `${app.name} runs, and belongs to another owner`, {
    expected: `owner key ${owner}`,
    found: `owner key ${artefact.index.owner}`,
    next: `mse stop ${app.name}, if it may go`,
  })
}
