import { setTimeout as sleep } from 'node:timers/promises'
import { enclaveState, type EnclaveState } from '../attest/status.ts'
import { exchange, type Endpoint } from '../attest/channel.ts'
import { MseError } from '../error.ts'
import type { Running } from '../platform/platform.ts'

/** How long to wait, in milliseconds, and when to stop waiting. */
export interface Patience {
  readonly timeout: number
  readonly signal: AbortSignal
}

/** Milliseconds after which an application is asked, whatever its platform says: of one that fails to start, none says anything. */
const hintPatience = 200

/** Whether an enclave still lives, here or elsewhere. */
export type Life = Pick<Running, 'isAlive' | 'failure' | 'serves'>

/**
 * Waits until the launcher answers at all.
 *
 * @throws the error that ended the enclave; MseError `launch/timeout`
 */
export async function waitForLauncher(running: Life, endpoint: Endpoint, patience: Patience): Promise<void> {
  await poll(patience, 'launch/timeout', 'the enclave did not start in time', async () => {
    await throwIfEnded(running)
    return enclaveState(endpoint, undefined).then(() => true, notYet)
  })
}

/**
 * Waits until the application serves: the launcher says so, and the health check is answered without a server's error.
 *
 * @returns the status of that answer
 * @param key SubjectPublicKeyInfo that its connections have to show; undefined: any
 * @throws MseError `serve/import-failed`, `serve/unhealthy`, `serve/timeout`; the error that ended the enclave
 */
export async function waitForApplication(
  running: Life,
  endpoint: Endpoint,
  key: Uint8Array | undefined,
  healthcheck: string,
  patience: Patience,
): Promise<number> {
  await poll(patience, 'serve/timeout', 'the application did not start in time', async () => {
    await running.serves(hintPatience) // each question takes time from what is being imported
    const state = await enclaveState(endpoint, key).catch(notYet)
    if (state === 'failed') throw importFailed()
    if (state === false) await throwIfEnded(running)
    return state === ('running' satisfies EnclaveState)
  })
  let status = 0
  await poll(
    patience,
    'serve/unhealthy',
    () => `${healthcheck} answers ${status}`,
    async () => {
      const answer = await exchange(endpoint, key, { method: 'GET', path: healthcheck }).catch(notYet)
      if (answer === false) await throwIfEnded(running)
      else status = answer.status
      return status >= 200 && status < 500
    },
  )
  return status
}

async function poll(
  { timeout, signal }: Patience,
  code: string,
  message: string | (() => string),
  ready: () => Promise<boolean>,
): Promise<void> {
  const until = performance.now() + timeout
  while (!(await ready())) {
    if (performance.now() > until) {
      throw new MseError(code, typeof message === 'string' ? message : message(), {
        expected: `within ${timeout / 1000} s`,
        next: 'mse logs NAME; --timeout SECONDS waits longer',
      })
    }
    await sleep(10, undefined, { signal })
  }
}

function notYet(error: unknown): false {
  if (error instanceof MseError && error.code.startsWith('serve/')) return false
  throw error
}

async function throwIfEnded(running: Life): Promise<void> {
  if (await running.isAlive()) return
  const { code, message, ...more } = (await running.failure()) ?? {
    code: 'launch/ended',
    message: 'the enclave was stopped',
  }
  throw new MseError(code, message, more)
}

function importFailed(): MseError {
  return new MseError('serve/import-failed', 'the application cannot be imported or does not start', {
    next: 'The reason stands in the log: mse logs NAME',
  })
}
