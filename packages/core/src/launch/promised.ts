import { rm } from 'node:fs/promises'
import { asFailure } from '../platform/failure.ts'
import type { Failure, Platform } from '../platform/platform.ts'
import { currentLaunch, launchFolder, makeCurrent, readApp, writeApp, type App, type AppOnDisk } from '../state/app.ts'
import { failedFolder, type Before } from './launched.ts'

/** A launch that somebody was told of before anything of it runs. */
export interface Promised extends AppOnDisk {
  /** It has become the application. */
  kept(): Promise<void>
  /** It has not, and why is on record from now on. */
  broken(error: unknown): Promise<void>
}

/** True of a promise whose process is killed: nobody else is there to write it down. */
export const interrupted: Failure = {
  code: 'launch/interrupted',
  message: 'the service ended while it was starting the application',
  next: 'mse spawn, or mse deploy',
}

/**
 * Puts a launch on record as one that was interrupted, which it is if nothing else is ever written: as the application, or, where
 * another one runs or could run again, as the last deployment that has failed.
 */
export async function promiseLaunch(
  home: string,
  app: App,
  platform: Platform,
  before: Before | undefined,
): Promise<Promised> {
  const beside = before !== undefined && ((await before.running.isAlive()) || (await before.running.isKept()))
  const folder = beside ? failedFolder(home) : launchFolder(home, app.instance)
  const note = async (failure: Failure): Promise<void> => {
    if (beside) await rm(folder, { recursive: true, force: true })
    await writeApp(folder, app)
    await platform.attach(folder).stop(failure)
    if (!beside) await makeCurrent(folder)
  }
  await note(interrupted)
  return {
    folder,
    app,
    async kept() {
      if (beside) await rm(folder, { recursive: true, force: true })
    },
    async broken(error) {
      // What ran before had made room, and is gone.
      if (beside && (await currentLaunch(home))?.app.instance === app.instance) return rm(folder, { recursive: true })
      const failure = error === interrupted ? interrupted : asFailure(error)
      const noted = (await readApp(folder)) && (await platform.attach(folder).failure())
      // What ended it once it ran is on record already, with its log.
      if (failure === interrupted || noted === undefined || noted.code === interrupted.code) await note(failure)
    },
  }
}
