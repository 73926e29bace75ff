import { afterEach, expect, it } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { answer, startEnclave, type MakeBelieveEnclave } from '../../../testing/make-believe-enclave.ts'
import { waitedInVain } from './waited-in-vain.ts'

let enclave: MakeBelieveEnclave
afterEach(() => enclave.stop())

async function outcome(state: string): Promise<string> {
  enclave = await startEnclave(answer(200, JSON.stringify({ schema: 'mse-status/1', state })))
  const { host: address, port } = enclave.endpoint
  const expired = waitedInVain({ address, port, patience: 0.05 }).then(({ code }) => code)
  return Promise.race([expired, sleep(2_000, 'kept')])
}

it('an enclave that nobody provisions is given up when its time is over', async () => {
  expect(await outcome('waiting')).toBe('launch/expired')
})

it.each(['configured', 'starting', 'running', 'failed'])('one that is %s by then is kept', async (state) => {
  expect(await outcome(state)).toBe('kept')
})
