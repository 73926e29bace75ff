import { MseError } from '@mse/core/error'
import { currentLaunch } from '@mse/core/state/app'
import { reachable } from '@mse/core/state/endpoint'
import * as v from 'valibot'
import { instance, ownerName } from '../api/shapes.ts'
import { ownerFolders, type OperatorFolders } from '../owners/operator-folders.ts'
import { appLabel, folderOfLabel } from './app-host.ts'
import { waitingPort } from './waiting-names.ts'

export interface Route {
  readonly host: string
  readonly port: number
}

/** Where launches answer that wait to be decided on (`launch-for-owner.ts`). */
const waitingHost = '127.0.0.1'

/**
 * Where the application of a name answers. Nothing is kept in between: what the folders of owners say now is what counts, so that a
 * redeployment needs no word, and a name can be nobody else's.
 *
 * @param name checked: `isHostName`
 * @throws MseError `names/unknown`
 */
export async function findRoute(operator: OperatorFolders, domain: string, name: string): Promise<Route> {
  const [label = '', ...rest] = name.endsWith(`.${domain}`) ? name.slice(0, -domain.length - 1).split('.') : []
  const owner = rest.join('.')
  if (!v.is(ownerName, owner)) throw unknown(name)
  const files = ownerFolders(operator, owner)
  if (v.is(instance, label)) {
    const port = await waitingPort(files, label)
    if (port === undefined) throw unknown(name)
    return { host: waitingHost, port }
  }
  const { folders } = files
  const app = (await currentLaunch(folderOfLabel(folders, label)))?.app
  if (app === undefined || appLabel(folders, app.name) !== label || !app.names.includes(name)) throw unknown(name)
  return { host: reachable(app.address), port: app.port }
}

function unknown(found: string): MseError {
  return new MseError('names/unknown', 'there is no application of that name', { found })
}
