import { afterEach, expect, it } from 'vitest'
import {
  answer,
  proveEnclave,
  startEnclave,
  type MakeBelieveEnclave,
  type Reply,
} from '../testing/make-believe-enclave.ts'
import { refusal } from '../testing/refuses.ts'
import { proveFreshness } from './freshness.ts'
import { enclaveState } from './status.ts'

let enclave: MakeBelieveEnclave
afterEach(async () => enclave.stop())
const start = async (reply: Reply): Promise<MakeBelieveEnclave> => (enclave = await startEnclave(reply))

it.each(['waiting', 'configured', 'starting', 'running', 'failed'])('understands %s', async (state) => {
  await start(answer(200, JSON.stringify({ schema: 'mse-status/1', state })))
  expect(await enclaveState(enclave.endpoint, enclave.verified.tlsKey)).toBe(state)
})

it.each<[string, Reply]>([
  ['another state', answer(200, '{"state":"fine"}')],
  ['a state that is a number', answer(200, '{"state":1}')],
  ['null', answer(200, 'null')],
  ['a web page', answer(200, '<html>')],
  ['an error', answer(503, '{"state":"running"}')],
])('something that answers %s is no launcher', async (_, reply) => {
  await start(reply)
  await expect(enclaveState(enclave.endpoint, undefined)).rejects.toThrow(refusal('serve/not-an-enclave'))
})

it('asks nobody but the verified key', async () => {
  await start(answer(200, '{"state":"running"}'))
  const { verified } = await proveEnclave()
  await expect(enclaveState(enclave.endpoint, verified.tlsKey)).rejects.toThrow(refusal('certificate/other-key'))
})

it('a challenge that is refused', async () => {
  await start(answer(404, ''))
  const proof = proveFreshness(enclave.verified, enclave.endpoint, { now: () => new Date() })
  await expect(proof).rejects.toThrow(refusal('fresh/unanswered'))
})

it.each([
  ['a web page', '<html>'],
  ['null', 'null'],
  ['a quote that is a number', '{"quote":1}'],
])('a challenge that is answered with %s', async (_, body) => {
  await start(answer(200, body))
  const proof = proveFreshness(enclave.verified, enclave.endpoint, { now: () => new Date() })
  await expect(proof).rejects.toThrow(refusal('fresh/unanswered'))
})

it('a challenge that is answered with a quote that is none', async () => {
  await start(answer(200, '{"quote":"aGVsbG8="}'))
  const proof = proveFreshness(enclave.verified, enclave.endpoint, { now: () => new Date() })
  await expect(proof).rejects.toThrow(refusal('quote/malformed'))
})

it('an enclave that is asked too often is asked again', async () => {
  let asked = 0
  await start((socket, request) => answer((asked += 1) < 2 ? 429 : 404, '')(socket, request))
  const proof = proveFreshness(enclave.verified, enclave.endpoint, { now: () => new Date() })
  await expect(proof).rejects.toThrow(refusal('fresh/unanswered'))
  expect(asked).toBe(2)
})
