import { appStatus, type AppStatus } from '@mse/core/serve/app-status'
import { findApp, listApps } from '@mse/core/state/app'
import type { Context } from './command.ts'
import { startSession } from './session.ts'

/** What the applications of this machine are doing. Loads every platform, which who asks a service does without. */
export async function listHere(context: Context): Promise<AppStatus[]> {
  const session = await startSession(context)
  return Promise.all((await listApps(session.folders)).map((one) => appStatus(session, one)))
}

/** @throws MseError `state/no-such-app` */
export async function statusHere(name: string, context: Context): Promise<AppStatus> {
  const session = await startSession(context)
  return appStatus(session, await findApp(session.folders, name))
}
