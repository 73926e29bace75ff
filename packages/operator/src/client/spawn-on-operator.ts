import { folderLayout } from '@mse/core/oci/layout/folder-layout'
import { openImage, type Image } from '@mse/core/oci/layout/open-image'
import { peekIndex } from '@mse/core/package/image/peek-index'
import { writeImage } from '@mse/core/package/image/write-image'
import { packageTo } from '@mse/core/package/package-to'
import { receivePackage, withImage } from '@mse/core/package/receive-package'
import type { Session } from '@mse/core/session'
import type { Source } from '@mse/core/spawn'
import { launchFolder, writeApp, type AppOnDisk } from '@mse/core/state/app'
import { withLock } from '@mse/core/state/lock'
import { lockPath } from '@mse/core/state/paths'
import { withStaging } from '@mse/core/state/staging'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { askService, lookElsewhere, type Elsewhere, type Wanted } from './look-elsewhere.ts'
import type { OperatorClient } from './operator-client.ts'
import { orAbandoned } from './remote-launch.ts'
import { recordAlone, remoteApp } from './remote-record.ts'
import { statusElsewhere } from './same-elsewhere.ts'
import { sendImage, startElsewhere, type Sent } from './start-elsewhere.ts'

export interface SpawnElsewhere extends Wanted {
  readonly expires: Date | undefined
  /** Whether nobody waits until it answers. */
  readonly unattended: boolean
}

export interface SpawnedElsewhere extends AppOnDisk {
  /** The service has it in hand, and it may not answer yet. */
  readonly handedOver: boolean
}

/**
 * Starts an enclave on an operator's machine that waits for its owner there, in the place of what ran under the name. What runs makes
 * room only for a launch that the service has in hand: one that waits cannot take over from it.
 */
export async function spawnOnOperator(
  session: Session,
  client: OperatorClient,
  source: Source,
  options: SpawnElsewhere,
): Promise<SpawnedElsewhere> {
  const { expires, unattended } = options
  const asked = askService(client)
  asked.catch(() => undefined) // asked while it is packed, or opened
  return withSource(session, source, async (image, name) => {
    const place = await lookElsewhere(session.folders, client, name, options, asked)
    await mkdir(place.home, { recursive: true, mode: 0o700 })
    return withLock(lockPath(place.home), async () => {
      const sent = { name, image, expires }
      if (unattended || (await runsThere(client, name))) {
        return { ...(await handOver(session, client, sent, place)), handedOver: true }
      }
      const { launch } = await startElsewhere(session, client, sent, place)
      return { ...(await orAbandoned(launch, () => launch.settle(launch.app))), handedOver: false }
    })
  })
}

async function runsThere(client: OperatorClient, name: string): Promise<boolean> {
  const view = await statusElsewhere(client, name)
  return view !== undefined && !['failed', 'stopped', 'expired'].includes(view.state)
}

/** The service has it, and says later what came of it. */
async function handOver(session: Session, client: OperatorClient, sent: Sent, place: Elsewhere): Promise<AppOnDisk> {
  const { name } = sent
  const { request } = await sendImage(session, client, sent, place)
  const app = await session.phase('launch', `hand it to ${place.host}`, async () =>
    remoteApp(await client.ask('spawn', { name, json: request }), place.host),
  )
  const folder = launchFolder(place.home, app.instance)
  await writeApp(folder, app)
  await recordAlone(folder)
  return { folder, app }
}

/** The image of a package, and the name that the package gives the application. What was handed over as an image goes on as it is. */
async function withSource<T>(
  session: Session,
  source: Source,
  work: (image: Image, name: string) => Promise<T>,
): Promise<T> {
  const named = async (image: Image): Promise<T> => work(image, (await peekIndex(image)).index.configuration.name)
  if ('package' in source && source.package.location.kind !== 'folder') return withImage(session, source.package, named)
  return withStaging(session.folders, async (staging) => {
    const layout = join(staging, 'layout')
    if ('project' in source) await packageTo(session, source.project, layout)
    else await writeImage(await receivePackage(session, source.package, join(staging, 'package')), layout)
    return named(await openImage(folderLayout(layout)))
  })
}
