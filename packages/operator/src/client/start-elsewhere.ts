import { folderLayout } from '@mse/core/oci/layout/folder-layout'
import { openImage } from '@mse/core/oci/layout/open-image'
import type { Session } from '@mse/core/session'
import type { LaunchRequest } from '../api/shapes.ts'
import type { Elsewhere } from './look-elsewhere.ts'
import type { OperatorClient } from './operator-client.ts'
import { launchRemotely, type RemoteLaunch } from './remote-launch.ts'
import { uploadImage, type Uploaded } from './upload-image.ts'

/** What is to be started: the image of a package, as a layout in a folder. */
export interface Sent {
  readonly name: string
  readonly layout: string
  readonly expires: Date | undefined
}

/** Sends a package, of which what is there already does not travel again, and has it started beside what runs under the name. */
export async function startElsewhere(
  session: Session,
  client: OperatorClient,
  { name, layout, expires }: Sent,
  { platform, host, home, names }: Elsewhere,
): Promise<{ readonly launch: RemoteLaunch; readonly uploaded: Uploaded }> {
  const image = await openImage(folderLayout(layout))
  const uploaded = await session.phase('upload', `send the package to ${new URL(client.login.url).host}`, (update) =>
    uploadImage(client, image, update),
  )
  const request: LaunchRequest = { image: uploaded.digest, platform, names, expires: expires?.toISOString() ?? null }
  const launch = await session.phase('launch', `start it on ${host}`, () =>
    launchRemotely(client, { home, name, host, request }),
  )
  return { launch, uploaded }
}
