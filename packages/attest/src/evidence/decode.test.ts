import { beforeAll, describe, expect, it } from 'vitest'
import { ascii } from '../bytes.ts'
import { AttestationError, certificateToPem, decodeEvidence, encodeEvidence } from '../index.ts'
import { createPlatform, makeEnclave } from '../testing/index.ts'

let certificate: Uint8Array
let pem: string

beforeAll(async () => {
  const now = new Date('2026-06-15T12:00:00Z')
  const { evidence } = await makeEnclave(await createPlatform({ now }), { now, measurement: new Uint8Array(32) })
  certificate = evidence.certificate
  pem = certificateToPem(certificate)
})

it('reads the evidence file, PEM and DER', () => {
  const file = encodeEvidence({ certificate })
  const spaced = ascii(` ${JSON.stringify({ certificate: pem, schema: 'mse-evidence/1' }, null, 2)}\n`)
  for (const bytes of [file, spaced, ascii(pem), ascii(pem.replaceAll('\n', '\r\n')), certificate]) {
    expect(decodeEvidence(bytes)).toEqual({ certificate })
  }
})

it('writes the evidence file with a final newline', () => {
  const text = new TextDecoder().decode(encodeEvidence({ certificate }))
  expect(text.endsWith('}\n')).toBe(true)
  expect(JSON.parse(text)).toEqual({ schema: 'mse-evidence/1', certificate: pem })
})

it('does not share memory with what it was given', () => {
  const bytes = certificate.slice()
  const evidence = decodeEvidence(bytes)
  bytes.fill(0)
  expect(evidence.certificate).toEqual(certificate)
})

const json = (value: unknown) => () => ascii(JSON.stringify(value))

describe('refuses', () => {
  const schema = 'mse-evidence/1'
  it.each<[string, () => Uint8Array]>([
    ['nothing', () => new Uint8Array(0)],
    ['random bytes', () => Uint8Array.of(0xff, 0x00, 0x12)],
    ['text', () => ascii('hello')],
    ['DER and a byte', () => Uint8Array.of(...certificate, 0)],
    ['DER and DER', () => Uint8Array.of(...certificate, ...certificate)],
    ['PEM and PEM', () => ascii(pem + pem)],
    ['PEM of what is no DER', () => ascii(certificateToPem(Uint8Array.of(1, 2, 3)))],
    ['more than 256 KiB', () => new Uint8Array(256 * 1024 + 1).fill(0x20)],
    ['an array', json([])],
    ['no schema', json({ certificate: 'x' })],
    ['another schema', () => ascii(JSON.stringify({ schema: 'mse-evidence/2', certificate: pem }))],
    ['no certificate', json({ schema })],
    ['a certificate that is no string', json({ schema, certificate: 1 })],
    ['a certificate that is DER in base64', () => ascii(JSON.stringify({ schema, certificate: btoa('0') }))],
    ['another member', () => ascii(JSON.stringify({ schema, certificate: pem, platform: 'sgx' }))],
    ['a member twice', () => ascii(`{"schema":"${schema}","certificate":"x","certificate":${JSON.stringify(pem)}}`)],
    [
      'a member twice, once escaped',
      () => ascii(`{"schema":"${schema}","\\u0073chema":"${schema}","certificate":${JSON.stringify(pem)}}`),
    ],
    ['JSON and more', () => Uint8Array.of(...encodeEvidence({ certificate }), 0x7b)],
    ['a byte order mark', () => Uint8Array.of(0xef, 0xbb, 0xbf, ...encodeEvidence({ certificate }))],
    ['JSON nested a hundred thousand deep', () => ascii(`{"a":${'['.repeat(100_000)}`)],
  ])('%s', (_, bytes) => {
    expect(() => decodeEvidence(bytes())).toThrow(AttestationError)
    expect(() => decodeEvidence(bytes())).toThrow(expect.objectContaining({ code: 'evidence/malformed' }))
  })
})
