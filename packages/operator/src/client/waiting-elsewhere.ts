import { MseError } from '@mse/core/error'
import type { Session } from '@mse/core/session'
import type { Life } from '@mse/core/serve/wait'
import { launchFolder, writeApp, type App, type AppOnDisk } from '@mse/core/state/app'
import { withLock } from '@mse/core/state/lock'
import { lockPath } from '@mse/core/state/paths'
import { mkdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { OperatorClient } from './operator-client.ts'
import { recordAlone, remoteApp, remoteHome, remoteHost } from './remote-record.ts'

export interface WaitingElsewhere extends AppOnDisk {
  readonly running: Life
}

/**
 * Runs `work` with an application that waits for its owner on a service, and puts what comes of it on record. Whoever has started it:
 * nothing of what the service says of it is believed before it is verified.
 *
 * @throws MseError `operator/not-waiting`
 */
export async function withWaiting<T extends { readonly app: App }>(
  session: Session,
  client: OperatorClient,
  name: string,
  work: (waiting: WaitingElsewhere) => Promise<T>,
): Promise<T & AppOnDisk> {
  const home = remoteHome(session.folders, client.login, name)
  await mkdir(home, { recursive: true, mode: 0o700 })
  return withLock(lockPath(home), async () => {
    const view = await client.ask('status', { name })
    if (view.state !== 'waiting') {
      throw new MseError('operator/not-waiting', `${name} does not wait for its owner`, {
        expected: 'waiting',
        found: view.state,
        next: 'mse deploy replaces what runs; mse spawn starts one that waits.',
      })
    }
    const app = remoteApp(view, remoteHost(client.login, view.host))
    const folder = launchFolder(home, app.instance)
    await writeApp(folder, app)
    const done = await work({ folder, app, running: lifeOf(client, name) })
    await writeApp(folder, done.app)
    await recordAlone(folder)
    return { ...done, folder }
  })
}

/** As far as the service says. */
function lifeOf(client: OperatorClient, name: string): Life {
  const ask = async () => client.ask('status', { name })
  return {
    isAlive: async () => !['failed', 'stopped', 'expired'].includes((await ask()).state),
    failure: async () => (await ask()).failure ?? undefined,
    // Nothing says so from afar.
    serves: async (patience) => sleep(patience),
  }
}
