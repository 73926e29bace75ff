import type { Policy } from '@mse/attest'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Endpoint } from '../attest/channel.ts'
import { MseError } from '../error.ts'
import { asFailure } from '../platform/failure.ts'
import type { Running } from '../platform/platform.ts'
import { homeOf, makeCurrent, type App, type AppOnDisk } from '../state/app.ts'

/** An application that was launched and that this process still answers for. */
export interface Launched extends AppOnDisk {
  readonly running: Running
  /** What its package must prove on its platform. */
  readonly policy: Policy
  /** Where it answers until it has taken over. */
  readonly endpoint: Endpoint
  /** What was the application before, and is until this one is settled. */
  readonly before: Before | undefined
}

export interface Before extends AppOnDisk {
  readonly running: Running
}

/**
 * Makes what was launched the application: it takes over the port, is let go, and goes on record; then what was the application
 * before may finish what it has begun, and goes. Killed at any line, one of the two serves and the other one is swept.
 */
export async function settle({ folder, app, running, before }: Launched): Promise<App> {
  await running.takeOver()
  await running.detach()
  await makeCurrent(folder)
  if (before !== undefined) await discard(before)
  return app
}

/** Ends what was launched if `work` fails; its record and its log stay for who wants to know why. */
export async function orRemoved<T>(launched: Launched, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await launched.running.stop(asFailure(error))
    await rm(join(launched.folder, 'certificate.pem'), { force: true })
    const serves = await putAside(launched)
    throw serves && error instanceof MseError ? pointedAside(error) : error
  }
}

/** Its log is not the application's. */
function pointedAside({ code, message, expected, found }: MseError): MseError {
  const more = { ...(expected === undefined ? {} : { expected }), ...(found === undefined ? {} : { found }) }
  return new MseError(code, message, {
    ...more,
    next: 'mse logs NAME --failed; the application that was there before is still there',
  })
}

/** The folder that keeps record and log of the last deployment that failed while another one served, or can serve again. */
export function failedFolder(home: string): string {
  return join(home, 'failed')
}

/** @returns whether the application is still the one that it was before */
async function putAside({ folder, before }: Launched): Promise<boolean> {
  if (before !== undefined && ((await before.running.isAlive()) || (await before.running.isKept()))) {
    const aside = failedFolder(homeOf(folder))
    await rm(aside, { recursive: true, force: true })
    await rename(folder, aside)
    return true
  }
  await makeCurrent(folder)
  if (before !== undefined) await discard(before)
  return false
}

async function discard({ folder, running }: Before): Promise<void> {
  await running.retire()
  await rm(folder, { recursive: true, force: true })
}
