import { appStatus, type AppStatus } from '@mse/core/serve/app-status'
import { appTls, type AppTls } from '@mse/core/serve/app-tls'
import { findApp, listApps } from '@mse/core/state/app'
import type { Context } from './command.ts'
import { startSession } from './session.ts'

/** What the applications of this machine are doing. Loads every platform, which who asks a service does without. */
export async function listHere(context: Context): Promise<AppStatus[]> {
  const session = await startSession(context)
  return Promise.all((await listApps(session.folders)).map((one) => appStatus(session, one)))
}

/** @throws MseError `state/no-such-app` */
export async function statusHere(
  name: string,
  context: Context,
): Promise<{ readonly status: AppStatus; readonly tls: AppTls | undefined }> {
  const session = await startSession(context)
  const onDisk = await findApp(session.folders, name)
  const [status, tls] = await Promise.all([appStatus(session, onDisk), appTls(onDisk)])
  return { status, tls }
}
