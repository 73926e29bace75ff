import { choosePlatform } from '../platform/platforms.ts'
import { currentLaunch } from '../state/app.ts'
import type { Folders } from '../state/paths.ts'
import type { Before } from './launched.ts'

/** What is the application `home` now, running or not. */
export async function whatIsThere(folders: Folders, home: string): Promise<Before | undefined> {
  const onDisk = await currentLaunch(home)
  if (onDisk === undefined) return undefined
  return { ...onDisk, running: choosePlatform(onDisk.app.platform, folders).attach(onDisk.folder) }
}
