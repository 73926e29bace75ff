import type { VerifiedEnclave } from '@mse/attest'
import { afterEach, expect, it } from 'vitest'
import {
  answer,
  proveEnclave,
  startEnclave,
  type MakeBelieveEnclave,
  type Reply,
} from '../testing/make-believe-enclave.ts'
import { refusal } from '../testing/refuses.ts'
import { deliver } from './deliver.ts'

let enclave: MakeBelieveEnclave
afterEach(async () => enclave.stop())
const start = async (reply: Reply): Promise<MakeBelieveEnclave> => (enclave = await startEnclave(reply))
const bundle = Buffer.from('age-encryption.org/v1')
const give = (to: VerifiedEnclave = enclave.verified, secrets?: Uint8Array): Promise<void> =>
  deliver(to, enclave.endpoint, { bundle, secrets, now: new Date(), timeout: 2_000 })

it.each([
  [undefined, null],
  [Buffer.from('{}'), 'e30='],
])('posts the bundle and secrets %s', async (secrets, spelt) => {
  let request = ''
  await start((socket, text) => {
    request = text
    answer(200, '{"state":"configured"}')(socket, text)
  })
  await give(enclave.verified, secrets)
  expect(request).toMatch(/^POST \/\.well-known\/mse\/provision HTTP\/1\.1\r\n/)
  expect(JSON.parse(request.slice(request.indexOf('\r\n\r\n')))).toEqual({
    bundle: bundle.toString('base64'),
    secrets: spelt,
  })
})

it.each<[string, number, string, string]>([
  ['the code of the launcher', 403, '{"error":{"code":"provision/unopenable","message":"x"}}', 'provision/unopenable'],
  ['no code of another family', 403, '{"error":{"code":"usage/wrong","message":"x"}}', 'provision/refused'],
  ['no code that is none', 403, '{"error":{"code":"provision/\\u001b[2J","message":"x"}}', 'provision/refused'],
  ['no code of a web page', 502, '<html>', 'provision/refused'],
  ['no code of nothing', 500, '', 'provision/refused'],
  ['no success of another status', 202, '', 'provision/refused'],
])('passes on %s', async (_, status, body, code) => {
  await start(answer(status, body))
  await expect(give()).rejects.toThrow(refusal(code))
})

it('an endless message of the launcher is cut', async () => {
  await start(answer(403, JSON.stringify({ error: { code: 'provision/malformed', message: 'x'.repeat(100_000) } })))
  const error = await give().catch((caught: Error) => caught)
  expect((error as Error).message.length).toBeLessThan(600)
})

it('another key on the port gets nothing', async () => {
  await start(answer(200, ''))
  const { verified } = await proveEnclave()
  await expect(give(verified)).rejects.toThrow(refusal('certificate/other-key'))
  expect(enclave.received()).toBe(0)
})

it('nothing is sent for an object that only looks like a verified enclave', async () => {
  await start(answer(200, ''))
  await expect(give({ tlsKey: enclave.verified.tlsKey } as unknown as VerifiedEnclave)).rejects.toThrow(
    refusal('provision/not-verified'),
  )
  expect(enclave.received()).toBe(0)
})

it('a lapsed verdict', async () => {
  await start(answer(200, ''))
  const late = new Date(enclave.verified.validUntil.getTime() + 1)
  const given = deliver(enclave.verified, enclave.endpoint, { bundle, now: late, timeout: 2_000 })
  await expect(given).rejects.toThrow(refusal('provision/not-verified'))
  expect(enclave.received()).toBe(0)
})
