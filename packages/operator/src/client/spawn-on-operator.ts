import { writeImage } from '@mse/core/package/image/write-image'
import { packageTo } from '@mse/core/package/package-to'
import { receivePackage } from '@mse/core/package/receive-package'
import type { Session } from '@mse/core/session'
import type { Source } from '@mse/core/spawn'
import type { AppOnDisk } from '@mse/core/state/app'
import { withLock } from '@mse/core/state/lock'
import { lockPath } from '@mse/core/state/paths'
import { withStaging } from '@mse/core/state/staging'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { lookElsewhere, type Wanted } from './look-elsewhere.ts'
import type { OperatorClient } from './operator-client.ts'
import { orAbandoned } from './remote-launch.ts'
import { startElsewhere } from './start-elsewhere.ts'

export interface SpawnElsewhere extends Wanted {
  readonly expires: Date | undefined
  /** Whether nobody waits until it answers. */
  readonly unattended: boolean
}

/** Starts an enclave on an operator's machine that waits for its owner there, in the place of what ran under the name. */
export async function spawnOnOperator(
  session: Session,
  client: OperatorClient,
  source: Source,
  options: SpawnElsewhere,
): Promise<AppOnDisk> {
  return withStaging(session.folders, async (staging) => {
    const layout = join(staging, 'layout')
    const name = await supply(session, source, staging, layout)
    const place = await lookElsewhere(session.folders, client, name, options)
    await mkdir(place.home, { recursive: true, mode: 0o700 })
    return withLock(lockPath(place.home), async () => {
      const { launch } = await startElsewhere(session, client, { name, layout, expires: options.expires }, place)
      return orAbandoned(launch, () => launch.settle(launch.app))
    })
  })
}

/** Puts the image of a package into a layout. @returns the name that the package gives the application */
async function supply(session: Session, source: Source, staging: string, layout: string): Promise<string> {
  if ('project' in source) return (await packageTo(session, source.project, layout)).index.configuration.name
  const artefact = await receivePackage(session, source.package, join(staging, 'package'))
  await writeImage(artefact, layout)
  return artefact.index.configuration.name
}
