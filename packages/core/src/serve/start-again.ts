import type { Policy } from '@mse/attest'
import { verifyApp, type Proof } from '../attest/verify-app.ts'
import { enclaveState } from '../attest/status.ts'
import type { Platform } from '../platform/platform.ts'
import type { Session } from '../session.ts'
import type { AppOnDisk } from '../state/app.ts'
import { endpointOf } from '../state/endpoint.ts'
import { serveApp } from './serve-app.ts'
import { waitForLauncher } from './wait.ts'

export interface StartAgainOptions {
  /** Milliseconds that each wait may take. */
  readonly timeout: number
  readonly policies: readonly Policy[]
}

export interface StartedAgain {
  /** `waiting`: it keeps no keys and needs its owner. */
  readonly state: 'waiting' | 'running'
  /** What it has proved, if it runs. */
  readonly proof: Proof | undefined
}

/**
 * Starts an enclave again, with what it stored and its identity, verifies it and waits until it serves. If that fails it
 * is ended again and its storage kept.
 */
export async function startAgain(
  session: Session,
  onDisk: AppOnDisk,
  platform: Platform,
  policy: Policy,
  { timeout, policies }: StartAgainOptions,
): Promise<StartedAgain> {
  const { app, folder } = onDisk
  const endpoint = endpointOf(app)
  const running = await session.phase('launch', `start the ${platform.title} again`, async () => {
    const relaunched = await platform.relaunch(folder)
    try {
      await waitForLauncher(relaunched, endpoint, { timeout, signal: session.signal })
      return relaunched
    } catch (error) {
      await relaunched.halt()
      throw error
    }
  })
  try {
    const waits = (await enclaveState(endpoint, undefined)) === 'waiting'
    const proof = waits ? undefined : await verifyApp(session, onDisk, policy, policies)
    if (proof !== undefined) {
      await serveApp(session, { ...onDisk, running, endpoint }, proof.shown.key, timeout)
    }
    await running.detach()
    return { state: waits ? 'waiting' : 'running', proof }
  } catch (error) {
    await running.halt()
    throw error
  }
}
