import { expect, it } from 'vitest'
import { ascii } from '../bytes.ts'
import { FormatError } from '../error.ts'
import { Ledger } from '../ledger.ts'
import { createPccs, createPcs, type Fetch } from '../sources.ts'
import { commonName, der, sequence } from '../testing/der-writer.ts'
import { createHardware, exampleNeed } from '../testing/index.ts'
import { readCertificate } from '../x509/certificate.ts'
import { download } from './download.ts'
import { needOf } from './need.ts'
import { unjudgedBody } from './unjudged-body.ts'

// What services say that no service should.

const never = new AbortController().signal
const silent = { get: () => null }
const answer =
  (status: number, retryAfter: string | null = null): Fetch =>
  async () => ({ status, headers: { get: (name) => (name === 'Retry-After' ? retryAfter : null) }, body: null })

it('an answer without a body is an empty one', async () => {
  const request: Fetch = async () => ({ status: 200, headers: silent, body: null })
  expect((await download(request, 'https://x/', 1, never)).body).toEqual(new Uint8Array(0))
})

it.each([
  [400, 'collateral/refused', 'HTTP 400'],
  [301, 'collateral/refused', 'HTTP 301'],
  [404, 'collateral/not-found', 'HTTP 404'],
  [410, 'collateral/withdrawn', 'HTTP 410'],
  [460, 'collateral/unavailable', 'HTTP 460'],
  [599, 'collateral/unavailable', 'HTTP 599'],
])('%i without a body: %s', async (status, code, found) => {
  const source = createPcs({ fetch: answer(status) })
  await expect(source.collect(exampleNeed)).rejects.toMatchObject({ code, found })
})

it('says how long a service wants to be left alone', async () => {
  const source = createPccs({ fetch: answer(429, '7'), url: 'https://x/prefix//' })
  await expect(source.collect(exampleNeed)).rejects.toMatchObject({
    code: 'collateral/throttled',
    found: 'HTTP 429, Retry-After 7',
  })
})

it.each([
  ['null', 'null'],
  ['a list', '[]'],
  ['a body that is text', '{"tcbInfo":"x","signature":""}'],
  ['no signature', '{"tcbInfo":{}}'],
  ['a signature that is a number', '{"tcbInfo":{},"signature":1}'],
])('%s is no signed document', (_, text) => {
  expect(() => unjudgedBody(ascii(text), 'tcbInfo')).toThrow(FormatError)
})

it('asks the Platform CA about a certificate whose issuer bears no name', async () => {
  const hardware = await createHardware({ now: new Date('2026-06-15T12:00:00Z'), tee: 'sgx' })
  const leaf = readCertificate(hardware.certificates[0] ?? new Uint8Array(0))
  const quote = { body: { tee: 'sgx' } } as Parameters<typeof needOf>[1]
  const twice = sequence(...[commonName('a'), commonName('b')].map((name) => der(0x31, name.subarray(4))))
  expect(needOf(new Ledger(), quote, { ...leaf, issuer: sequence() })).toMatchObject({ ca: 'platform' })
  expect(needOf(new Ledger(), quote, { ...leaf, issuer: twice })).toMatchObject({ ca: 'platform' })
})
