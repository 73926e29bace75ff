import { currentLaunch, hasCurrent, otherLaunches, type AppOnDisk } from '../state/app.ts'
import { unfinishedFiles } from '../state/unfinished.ts'

/** Whether anything is left over of an application. */
export async function needsSweeping(home: string, now: Date): Promise<boolean> {
  if ((await otherLaunches(home)).length > 0 || !(await hasCurrent(home))) return true
  const launch = await currentLaunch(home)
  return isOver(launch, now) || (await unfinished(home, launch)).length > 0
}

/** Under the lock no command is writing them. */
export async function unfinished(home: string, launch: AppOnDisk | undefined): Promise<string[]> {
  const places = launch === undefined ? [home] : [home, launch.folder]
  return (await Promise.all(places.map(unfinishedFiles))).flat()
}

export function isOver(launch: AppOnDisk | undefined, now: Date): boolean {
  return launch !== undefined && launch.app.expires !== null && new Date(launch.app.expires) <= now
}
