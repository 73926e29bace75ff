import { join } from 'node:path'
import type { MeasuredConfiguration } from '../package/index-file.ts'
import { openPackage } from '../package/open.ts'
import type { AppOnDisk } from '../state/app.ts'

/** What an application's package says of its connections. */
export type AppTls = Pick<MeasuredConfiguration, 'tls' | 'proxy' | 'client_ca'>

/** Of an application that is there; undefined once its package has gone. */
export async function appTls({ folder }: AppOnDisk): Promise<AppTls | undefined> {
  try {
    const { tls, proxy, client_ca } = (await openPackage(join(folder, 'package'))).index.configuration
    return { tls, proxy, client_ca }
  } catch {
    return undefined
  }
}
