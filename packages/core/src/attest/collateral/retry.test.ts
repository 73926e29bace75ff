import { CollateralError, type Fetch, type FetchAnswer } from '@mse/attest'
import { expect, it } from 'vitest'
import { withRetries } from './retry.ts'

const now = new Date('2026-06-15T12:00:00Z')
const options = { redirect: 'error', signal: new AbortController().signal } as const

type Step = Error | number | readonly [status: number, retryAfter: string]

function network(code: string): Error {
  return Object.assign(new Error(code), { code })
}

/** Asks a service that goes through `steps` and repeats the last one. */
async function ask(
  steps: readonly Step[],
  signal = options.signal,
): Promise<{ readonly outcome: unknown; readonly asked: number; readonly pauses: readonly number[] }> {
  let asked = 0
  const pauses: number[] = []
  const get: Fetch = async () => {
    const step = steps[Math.min(asked, steps.length - 1)] as Step
    asked += 1
    if (step instanceof Error) throw step
    const [status, retryAfter] = typeof step === 'number' ? [step] : step
    const headers = new Headers(retryAfter === undefined ? {} : { 'Retry-After': retryAfter })
    return { status, headers, body: null }
  }
  const sleep = async (ms: number): Promise<void> => {
    pauses.push(ms)
  }
  const answer = withRetries(get, { now: () => now, sleep })('https://pcs', { ...options, signal })
  const outcome = await answer.then(({ status }: FetchAnswer) => status).catch((error: unknown) => error)
  return { outcome, asked, pauses }
}

it('asks once when that is enough', async () => {
  expect(await ask([200])).toEqual({ outcome: 200, asked: 1, pauses: [] })
})

it('asks four times in all, later each time; the last answer counts', async () => {
  expect(await ask([500, 502, network('ECONNRESET'), 504])).toEqual({
    outcome: 504,
    asked: 4,
    pauses: [500, 1000, 2000],
  })
  const reset = network('ECONNRESET')
  expect(await ask([500, reset])).toEqual({ outcome: reset, asked: 4, pauses: [500, 1000, 2000] })
  expect(await ask([503, 200])).toEqual({ outcome: 200, asked: 2, pauses: [500] })
})

it.each([
  ['7', 7000],
  ['20', 20_000],
  ['Mon, 15 Jun 2026 12:00:09 GMT', 9000],
  ['Mon, 15 Jun 2026 11:00:00 GMT', 500],
  ['0', 500],
  ['-5', 500],
  ['soon', 500],
  ['tomorrow GMT', 500],
])('after Retry-After %s it waits %i ms', async (retryAfter, pause) => {
  expect(await ask([[429, retryAfter], 200])).toEqual({ outcome: 200, asked: 2, pauses: [pause] })
})

it.each(['21', '999999999', 'Mon, 15 Jun 2026 12:00:21 GMT'])(
  'does not wait for Retry-After %s',
  async (retryAfter) => {
    expect(await ask([[429, retryAfter], 200])).toEqual({ outcome: 429, asked: 1, pauses: [] })
  },
)

it.each([400, 401, 404, 410, 461, 302])('does not ask again after %i', async (status) => {
  expect(await ask([status, 200])).toMatchObject({ outcome: status, asked: 1 })
})

it.each<Error>([
  new CollateralError('collateral/pin', ''),
  new CollateralError('collateral/certificate', ''),
  new CollateralError('collateral/too-large', ''),
  network('ECONNREFUSED'),
  network('ENOTFOUND'),
  new TypeError('a mistake'),
])('does not ask again after %o', async (error) => {
  expect(await ask([error, 200])).toMatchObject({ outcome: error, asked: 1 })
})

it('asks again after an answer that came too late', async () => {
  expect(await ask([new CollateralError('collateral/timeout', ''), 200])).toMatchObject({ outcome: 200, asked: 2 })
})

it('does not ask again for somebody who has left', async () => {
  expect(await ask([500, 200], AbortSignal.abort())).toMatchObject({ outcome: 500, asked: 1 })
})
