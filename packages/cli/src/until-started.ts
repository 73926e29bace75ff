import { MseError } from '@mse/core/error'
import type { Failure } from '@mse/core/platform/platform'
import type { AppStatus } from '@mse/core/serve/app-status'
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds between two questions. */
const interval = 100

/**
 * Asks until an application is not being started any more.
 *
 * @throws MseError why it has failed; `launch/timeout`
 */
export async function untilStarted<T extends { readonly status: AppStatus }>(
  ask: () => Promise<T>,
  timeout: number,
  signal: AbortSignal,
): Promise<T> {
  let replaced = false
  for (const until = performance.now() + timeout; ;) {
    const found = await ask()
    const { state, failure, failedDeployment, successor } = found.status
    throwIf(state === 'failed' ? failure : undefined)
    if (state !== 'launched' && successor === undefined) {
      throwIf(replaced ? failedDeployment : undefined)
      return found
    }
    replaced ||= successor !== undefined
    if (performance.now() > until) throw tooLate(found.status, timeout)
    await sleep(interval, undefined, { signal })
  }
}

function throwIf(failure: Failure | undefined): void {
  if (failure === undefined) return
  const { code, message, ...more } = failure
  throw new MseError(code, message, more)
}

function tooLate({ name }: AppStatus, timeout: number): MseError {
  return new MseError('launch/timeout', `${name} does not answer yet`, {
    expected: `within ${timeout / 1000} s`,
    next: 'mse logs NAME; --timeout SECONDS waits longer',
  })
}
