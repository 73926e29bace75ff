import type { Policy } from '@mse/attest'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { asFailure } from '../platform/failure.ts'
import type { Running } from '../platform/platform.ts'
import { writeApp, type App, type AppOnDisk } from '../state/app.ts'

/** An application that was launched and that this process still answers for. */
export interface Launched extends AppOnDisk {
  readonly running: Running
  /** What its package must prove on its platform. */
  readonly policy: Policy
}

/** Puts on record that the application is there to stay, and lets go of it. */
export async function settle({ folder, app, running }: Launched): Promise<App> {
  const settled: App = { ...app, deployer: null }
  await writeApp(folder, settled)
  await running.detach()
  return settled
}

/** Ends what was launched if `work` fails; its record and its log stay for who wants to know why. */
export async function orRemoved<T>(launched: Launched, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await launched.running.stop(asFailure(error))
    await writeApp(launched.folder, { ...launched.app, deployer: null })
    await rm(join(launched.folder, 'certificate.pem'), { force: true })
    throw error
  }
}
