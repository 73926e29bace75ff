import { MseError } from '../error.ts'
import { choosePlatform } from '../platform/platforms.ts'
import { restartApp } from '../serve/restart-app.ts'
import type { Session } from '../session.ts'
import { listApps } from '../state/app.ts'

/** What became of one application. */
export interface Resumed {
  readonly name: string
  /** `running`: it was all the time; `nothing-kept`: it was stopped, or has expired. */
  readonly outcome: 'resumed' | 'waiting' | 'running' | 'nothing-kept' | 'failed'
  readonly error: MseError | undefined
}

/**
 * Starts every application of this user again that has ended and whose storage is there: the machine was started anew, or something
 * ended its supervisor. What was stopped has no storage and stays stopped. One after the other, and one that fails keeps none back.
 */
export async function resumeApps(session: Session, options: { readonly timeout: number }): Promise<Resumed[]> {
  const resumed: Resumed[] = []
  for (const { app, folder } of await listApps(session.folders)) {
    const running = choosePlatform(app.platform, session.folders).attach(folder)
    const over = app.expires !== null && new Date(app.expires) <= session.now()
    if (await running.isAlive()) resumed.push({ name: app.name, outcome: 'running', error: undefined })
    else if (over || !(await running.isKept()))
      resumed.push({ name: app.name, outcome: 'nothing-kept', error: undefined })
    else resumed.push(await resume(session, app.name, options.timeout))
  }
  return resumed
}

async function resume(session: Session, name: string, timeout: number): Promise<Resumed> {
  try {
    const { state } = await restartApp(session, name, { timeout, policies: [] })
    return { name, outcome: state === 'waiting' ? 'waiting' : 'resumed', error: undefined }
  } catch (error) {
    if (!(error instanceof MseError)) throw error
    return { name, outcome: 'failed', error }
  }
}
