import type { Image } from '@mse/core/oci/layout/open-image'
import type { Session } from '@mse/core/session'
import type { LaunchRequest } from '../api/shapes.ts'
import type { Elsewhere } from './look-elsewhere.ts'
import type { OperatorClient } from './operator-client.ts'
import { launchRemotely, type RemoteLaunch } from './remote-launch.ts'
import { uploadImage, type Uploaded } from './upload-image.ts'

/** What is to be started: the image of a package. */
export interface Sent {
  readonly name: string
  readonly image: Image
  readonly expires: Date | undefined
}

/** Sends a package, of which what is there already does not travel again, and has it started beside what runs under the name. */
export async function startElsewhere(
  session: Session,
  client: OperatorClient,
  sent: Sent,
  place: Elsewhere,
): Promise<{ readonly launch: RemoteLaunch; readonly uploaded: Uploaded }> {
  const { host, home } = place
  const { request, uploaded } = await sendImage(session, client, sent, place)
  const launch = await session.phase('launch', `start it on ${host}`, () =>
    launchRemotely(client, { home, name: sent.name, host, request }),
  )
  return { launch, uploaded }
}

/** Sends a package, of which what is there already does not travel again. @returns how it is asked to be started, too */
export async function sendImage(
  session: Session,
  client: OperatorClient,
  { image, expires }: Sent,
  { platform, names }: Elsewhere,
): Promise<{ readonly request: LaunchRequest; readonly uploaded: Uploaded }> {
  const uploaded = await session.phase('upload', `send the package to ${new URL(client.login.url).host}`, (update) =>
    uploadImage(client, image, update),
  )
  const request: LaunchRequest = { image: uploaded.digest, platform, names, expires: expires?.toISOString() ?? null }
  return { request, uploaded }
}
