import { afterEach, describe, expect, it } from 'vitest'
import type { Failure, Running } from '../platform/platform.ts'
import {
  answer,
  proveEnclave,
  startEnclave,
  type MakeBelieveEnclave,
  type Reply,
} from '../testing/make-believe-enclave.ts'
import { exampleRunning } from '../testing/example-platform.ts'
import { refusal } from '../testing/refuses.ts'
import { waitForApplication, waitForLauncher } from './wait.ts'

const alive = exampleRunning([])
const ended = (failure?: Failure): Running => ({ ...alive, isAlive: async () => false, failure: async () => failure })
const signal = new AbortController().signal

let enclave: MakeBelieveEnclave
afterEach(async () => enclave.stop())
const start = async (reply: Reply): Promise<MakeBelieveEnclave> => (enclave = await startEnclave(reply))
const says = (state: string): Reply => answer(200, JSON.stringify({ state }))

/** Answers as the launcher does, in these states one after the other, and the health check with that status. */
const life = (states: string[], health: number): Reply => {
  let asked = 0
  return (socket, request) => {
    const healthy = request.startsWith('GET /health ')
    const state = states[Math.min((asked += healthy ? 0 : 1) - 1, states.length - 1)] as string
    return healthy ? answer(health, 'ok')(socket, request) : says(state)(socket, request)
  }
}

const application = (running: Running, timeout = 5_000, stop = signal): Promise<unknown> =>
  waitForApplication(running, enclave.endpoint, enclave.verified.tlsKey, '/health', { timeout, signal: stop })

describe('waiting for the launcher', () => {
  it('ends when it answers', async () => {
    await start(says('waiting'))
    await waitForLauncher(alive, enclave.endpoint, { timeout: 5_000, signal })
  })

  it('ends with the reason why the enclave ended', async () => {
    await start(says('waiting'))
    const failure = { code: 'launch/killed', message: 'killed', next: 'mse logs NAME' }
    const waiting = waitForLauncher(ended(failure), enclave.endpoint, { timeout: 5_000, signal })
    await expect(waiting).rejects.toThrow(refusal('launch/killed', { next: 'mse logs NAME' }))
    const stopped = waitForLauncher(ended(), enclave.endpoint, { timeout: 5_000, signal })
    await expect(stopped).rejects.toThrow(refusal('launch/ended'))
  })

  it('ends when it takes too long', async () => {
    await start(answer(200, '<html>'))
    const waiting = waitForLauncher(alive, enclave.endpoint, { timeout: 100, signal })
    await expect(waiting).rejects.toThrow(refusal('launch/timeout'))
  })
})

describe('waiting for the application', () => {
  it.each([200, 302, 404])('ends when it runs and the health check answers %d, and says so', async (status) => {
    await start(life(['configured', 'starting', 'running'], status))
    expect(await application(alive)).toBe(status)
  })

  it('ends when it cannot be imported', async () => {
    await start(life(['starting', 'failed'], 200))
    await expect(application(alive)).rejects.toThrow(refusal('serve/import-failed'))
  })

  it('ends when it never starts', async () => {
    await start(life(['starting'], 200))
    await expect(application(alive, 100)).rejects.toThrow(refusal('serve/timeout'))
  })

  it.each([500, 503])('ends when the health check answers nothing but %d', async (status) => {
    await start(life(['running'], status))
    await expect(application(alive, 100)).rejects.toThrow(
      refusal('serve/unhealthy', { message: `/health answers ${status}` }),
    )
  })

  it('ends when the enclave does', async () => {
    await start((socket) => socket.destroy())
    await expect(application(ended())).rejects.toThrow(refusal('launch/ended'))
  })

  it('ends at once when another key answers: the health check is not even sent', async () => {
    await start(life(['running'], 200))
    const { verified } = await proveEnclave()
    const waiting = waitForApplication(alive, enclave.endpoint, verified.tlsKey, '/health', { timeout: 5_000, signal })
    await expect(waiting).rejects.toThrow(refusal('certificate/other-key'))
    expect(enclave.received()).toBe(0)
  })

  it('ends when it is interrupted', async () => {
    await start(life(['starting'], 200))
    const controller = new AbortController()
    const waiting = application(alive, 5_000, controller.signal)
    setTimeout(() => controller.abort(), 50)
    await expect(waiting).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }) as Error)
  })
})
