import { MseError } from '../error.ts'
import { appFolders } from '../state/app.ts'
import type { Folders } from '../state/paths.ts'
import { sweepStaging } from '../state/staging.ts'
import { removeOldUnfinished } from '../state/unfinished.ts'
import { needsSweeping } from './needs-sweeping.ts'

/**
 * What every command does first: ends and removes launches that did not become the application, because their command died or
 * because the one that replaced them was killed before it removed them; deletes what expired applications have stored, and what
 * dead processes were making. Applications that run, wait for their owner or have failed stay as they are.
 */
export async function sweep(folders: Folders, now: Date): Promise<void> {
  await sweepStaging(folders, now)
  for (const folder of [folders.state, folders.config]) await removeOldUnfinished(folder, now)
  for (const home of await appFolders(folders)) {
    if (!(await needsSweeping(home, now))) continue
    // Loads every platform.
    const { sweepApp } = await import('./sweep-app.ts')
    await sweepApp(home, folders, now).catch((error: unknown) => {
      if (!(error instanceof MseError && error.code === 'state/busy')) throw error
    })
  }
}
