import { certificateOf, type CertificateOnDisk } from '@mse/core/serve/certificate-of'
import { currentLaunch } from '@mse/core/state/app'
import type { Folders } from '@mse/core/state/paths'
import type { AppView } from '../api/shapes.ts'
import type { OperatorClient } from './operator-client.ts'
import { remoteHome } from './remote-record.ts'

/** The certificate that this user has verified of a launch elsewhere: none, if another one has taken its place since. */
export async function certificateElsewhere(
  folders: Folders,
  { login }: OperatorClient,
  { name, instance }: Pick<AppView, 'name' | 'instance'>,
): Promise<CertificateOnDisk> {
  const known = await currentLaunch(remoteHome(folders, login, name))
  const isSame = known?.app.instance === instance
  return isSame ? certificateOf(known.folder) : { certificate: undefined, certificateExpires: undefined }
}
