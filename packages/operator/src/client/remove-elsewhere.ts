import type { Folders } from '@mse/core/state/paths'
import { rm } from 'node:fs/promises'
import type { OperatorClient } from './operator-client.ts'
import { remoteHome } from './remote-record.ts'

/**
 * Removes an application from the operator's machine, and what is known of it on this one.
 *
 * @returns whether it was running
 */
export async function removeElsewhere(folders: Folders, client: OperatorClient, name: string): Promise<boolean> {
  const { wasRunning } = await client.ask('remove', { name, timeout: 60_000 })
  await rm(remoteHome(folders, client.login, name), { recursive: true, force: true })
  return wasRunning
}
