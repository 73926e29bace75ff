import type { Endpoint } from '@mse/core/attest/channel'
import { MseError } from '@mse/core/error'
import { asFailure } from '@mse/core/platform/failure'
import type { Failure } from '@mse/core/platform/platform'
import type { Life } from '@mse/core/serve/wait'
import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { launchFolder, writeApp, type App, type AppOnDisk } from '@mse/core/state/app'
import type { LaunchRequest } from '../api/shapes.ts'
import type { OperatorClient } from './operator-client.ts'
import { recordAlone, remoteApp, remoteEndpoint } from './remote-record.ts'

/** A launch on the operator's machine that this process answers for. */
export interface RemoteLaunch extends AppOnDisk {
  readonly endpoint: Endpoint
  readonly running: Life
  /** Makes it the application. */
  settle(app: App): Promise<AppOnDisk>
  /** Ends it. */
  abandon(reason: Failure | undefined): Promise<void>
}

/** Milliseconds between signs of life; the service gives a launch up that it hears nothing of for 30 s. */
const interval = 8_000
/** Milliseconds that the service may take to start an enclave, or to exchange two. */
const patience = 180_000

/** Starts an image that was uploaded, beside what runs; its owner has not verified it yet. */
export async function launchRemotely(
  client: OperatorClient,
  { home, name, host, request }: { home: string; name: string; host: string; request: LaunchRequest },
): Promise<RemoteLaunch> {
  const begun = await client.ask('launch', { name, json: request, timeout: patience })
  const { instance, serverName } = begun
  const app = remoteApp(begun.app, host)
  const folder = launchFolder(home, instance)
  await writeApp(folder, app)
  const renew = (): ReturnType<typeof client.ask<'renew'>> => client.ask('renew', { name, instance })
  const timer = setInterval(() => void renew().catch(() => undefined), interval)
  const removed = async (): Promise<void> => rm(folder, { recursive: true, force: true })
  return {
    folder,
    app,
    endpoint: { ...remoteEndpoint(app, begun.port), ...(serverName === null ? {} : { serverName }) },
    running: {
      isAlive: async () => (await renew()).alive,
      failure: async () => (await renew()).failure ?? undefined,
      // Nothing says so from afar.
      serves: async (patience) => sleep(patience),
    },
    async settle(provisioned) {
      clearInterval(timer)
      const view = await client.ask('settle', { name, instance, timeout: patience })
      const settled = { ...provisioned, port: view.port }
      await writeApp(folder, settled)
      await recordAlone(folder)
      return { folder, app: settled }
    },
    async abandon(reason) {
      clearInterval(timer)
      const json = { reason: reason ?? null }
      await client.ask('abandon', { name, instance, json, timeout: patience }).catch(() => undefined)
      await removed()
    },
  }
}

/** Ends what was launched if `work` fails; the service keeps its log. */
export async function orAbandoned<T>(launch: RemoteLaunch, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await launch.abandon(toldFailure(error))
    throw error
  }
}

/** What the operator is told of a failure: its code. The rest is the owner's. */
function toldFailure(error: unknown): Failure {
  const { code } = asFailure(error)
  return { code, message: error instanceof MseError ? 'the owner has refused the launch' : 'the owner has given up' }
}
