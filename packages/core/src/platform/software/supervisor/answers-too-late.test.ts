import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { answer, startEnclave, type MakeBelieveEnclave } from '../../../testing/make-believe-enclave.ts'
import { answersTooLate } from './answers-too-late.ts'

let enclave: MakeBelieveEnclave | undefined
afterEach(() => enclave?.stop())

async function outcome(provisioned: boolean, port = 1, answersWithin: number | undefined = 50): Promise<string> {
  const plan = { address: '127.0.0.1', port, ...(answersWithin !== undefined && { answersWithin }) }
  const failed = answersTooLate(plan, () => provisioned).then(({ code }) => code)
  return Promise.race([failed, sleep(500, 'kept')])
}

describe('a launcher that nobody waits for', () => {
  it('is ended when it does not answer in time', async () => {
    expect(await outcome(false)).toBe('launch/timeout')
  })

  it('is kept when it answers', async () => {
    enclave = await startEnclave(answer(200, JSON.stringify({ schema: 'mse-status/1', state: 'waiting' })))
    expect(await outcome(false, enclave.endpoint.port)).toBe('kept')
  })

  it('is kept once it was provisioned: it comes back by itself', async () => {
    expect(await outcome(true)).toBe('kept')
  })
})

it('a launcher that somebody waits for is kept', async () => {
  const failed = answersTooLate({ address: '127.0.0.1', port: 1 }, () => false).then(({ code }) => code)
  expect(await Promise.race([failed, sleep(200, 'kept')])).toBe('kept')
})
