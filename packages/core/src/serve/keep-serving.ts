import { verifyApp, type Proof } from '../attest/verify-app.ts'
import { requireFuture } from '../launch/launch-app.ts'
import { writeApp, type App, type AppOnDisk } from '../state/app.ts'
import type { Platform } from '../platform/platform.ts'
import type { Session } from '../session.ts'
import type { Same } from './same-as-deployed.ts'
import { startAgain, type StartAgainOptions } from './start-again.ts'

export interface KeepServingOptions extends StartAgainOptions {
  /** When it ends by itself from now on; undefined: not. */
  readonly expires: Date | undefined
}

/** Verifies an application that is what it should be, after starting it again if it had ended. Its end may be another one now. */
export async function keepServing(
  session: Session,
  { folder, app, running, policy, ended }: Same,
  platform: Platform,
  { expires, policies, timeout }: KeepServingOptions,
): Promise<Proof & AppOnDisk> {
  requireFuture(expires, session.now())
  const updated: App = { ...app, expires: expires?.toISOString() ?? null }
  if (updated.expires !== app.expires) {
    await running.expireAt(expires)
    await writeApp(folder, updated)
  }
  const onDisk = { folder, app: updated }
  if (ended) {
    const { proof } = await startAgain(session, onDisk, platform, policy, { timeout, policies })
    if (proof !== undefined) return { ...onDisk, ...proof }
  }
  return { ...onDisk, ...(await verifyApp(session, onDisk, policy, policies)) }
}
