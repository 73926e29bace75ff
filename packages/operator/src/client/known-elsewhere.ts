import { parsePolicy, type Policy } from '@mse/attest'
import { MseError } from '@mse/core/error'
import { currentLaunch, type AppOnDisk } from '@mse/core/state/app'
import type { Folders } from '@mse/core/state/paths'
import { requireRunning, type Subject } from '@mse/core/test/test-app'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { OperatorClient } from './operator-client.ts'
import { remoteHome } from './remote-record.ts'

/** What this user has deployed elsewhere, and what it has to prove. */
export interface Known {
  readonly onDisk: AppOnDisk
  readonly policy: Policy
}

/** What this user has deployed on a service from this machine; undefined: nothing, or its owner was never there. */
export async function knownElsewhere(
  folders: Folders,
  { login }: OperatorClient,
  name: string,
): Promise<Known | undefined> {
  const onDisk = await currentLaunch(remoteHome(folders, login, name))
  if (onDisk === undefined) return undefined
  const text = await readFile(join(onDisk.folder, 'policy.json'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : { onDisk, policy: parsePolicy(text) }
}

/** @throws MseError `operator/no-record` */
export async function requireKnown(folders: Folders, client: OperatorClient, name: string): Promise<Known> {
  const known = await knownElsewhere(folders, client, name)
  if (known !== undefined) return known
  throw new MseError('operator/no-record', `${name} was not provisioned on ${client.login.url} from this machine`, {
    next: 'mse deploy, or mse run; mse verify URL --policy FILE verifies what somebody else has deployed',
  })
}

/** What is tested there. @throws MseError `operator/no-record`, `test/not-running` */
export async function subjectElsewhere(folders: Folders, client: OperatorClient, name: string): Promise<Subject> {
  const known = await requireKnown(folders, client, name)
  requireRunning(await client.ask('status', { name }))
  return known
}
