import { beforeAll, describe, expect, it } from 'vitest'
import { ascii } from '../bytes.ts'
import { AttestationError, certificateToPem, type Collateral } from '../index.ts'
import { decodeEvidence, encodeEvidence } from '../evidence.ts'
import { createPlatform, makeEnclave } from '../testing/index.ts'

const about = {
  name: 'helloworld',
  fingerprint: 'ab'.repeat(32),
  instance: '3fa85f6457174562b3fc2c963f66afa6',
}

let certificate: Uint8Array
let quote: Uint8Array
let pem: string

const collateral: Collateral = {
  tcbInfo: ascii('{"tcbInfo":{"what":"\u00e9"}}'),
  tcbInfoIssuerChain: 'chain of TCB info',
  qeIdentity: ascii('{}'),
  qeIdentityIssuerChain: 'chain of the QE identity',
  pckCrl: Uint8Array.of(1, 2, 255),
  pckCrlIssuerChain: 'chain of the CRL',
  rootCaCrl: Uint8Array.of(3),
}
const collateralJson = {
  tcb_info: '{"tcbInfo":{"what":"\u00e9"}}',
  tcb_info_issuer_chain: 'chain of TCB info',
  qe_identity: '{}',
  qe_identity_issuer_chain: 'chain of the QE identity',
  pck_crl: 'AQL/',
  pck_crl_issuer_chain: 'chain of the CRL',
  root_ca_crl: 'Aw==',
}

beforeAll(async () => {
  const now = new Date('2026-06-15T12:00:00Z')
  const made = await makeEnclave(await createPlatform({ now }), { now, measurement: new Uint8Array(32) })
  certificate = made.evidence.certificate
  quote = made.quote
  pem = certificateToPem(certificate)
})

it('reads the evidence file, PEM and DER', () => {
  const file = encodeEvidence({ certificate })
  const spaced = ascii(` ${JSON.stringify({ certificate: pem, schema: 'mse-evidence/1' }, null, 2)}\n`)
  for (const bytes of [file, spaced, ascii(pem), ascii(pem.replaceAll('\n', '\r\n')), certificate]) {
    expect(decodeEvidence(bytes)).toEqual({ certificate })
  }
})

it('reads a raw quote, of whatever version', () => {
  for (const version of [3, 4, 5, 255]) {
    const bytes = Uint8Array.of(version, 0, ...quote.subarray(2))
    expect(decodeEvidence(bytes)).toEqual({ quote: bytes })
  }
})

it('reads and writes collateral beside a certificate or a quote', () => {
  for (const evidence of [{ certificate }, { quote }, { certificate, collateral }, { quote, collateral }]) {
    expect(decodeEvidence(encodeEvidence(evidence))).toEqual(evidence)
  }
  const text = new TextDecoder().decode(encodeEvidence({ certificate, collateral }))
  expect(JSON.parse(text)).toEqual({ schema: 'mse-evidence/1', certificate: pem, collateral: collateralJson })
})

it('reads and writes what its sender says that it is of', () => {
  for (const evidence of [
    { certificate, about },
    { quote, about },
    { certificate, collateral, about },
  ]) {
    expect(decodeEvidence(encodeEvidence(evidence))).toEqual(evidence)
  }
})

it('does not write signed JSON that is no text', () => {
  const odd = { certificate, collateral: { ...collateral, tcbInfo: Uint8Array.of(0xff) } }
  expect(() => encodeEvidence(odd)).toThrow(expect.objectContaining({ code: 'evidence/malformed' }))
})

it('writes the evidence file with a final newline', () => {
  const text = new TextDecoder().decode(encodeEvidence({ certificate }))
  expect(text.endsWith('}\n')).toBe(true)
  expect(JSON.parse(text)).toEqual({ schema: 'mse-evidence/1', certificate: pem })
})

/** Bytes whose copies are none, as those of Node's Buffer. */
class SharingBytes extends Uint8Array<ArrayBufferLike> {
  static over({ buffer, byteOffset, length }: Uint8Array): SharingBytes {
    return new SharingBytes(buffer, byteOffset, length)
  }

  override slice(start?: number, end?: number): Uint8Array<ArrayBuffer> {
    return this.subarray(start, end) as Uint8Array<ArrayBuffer>
  }
}

it('does not share memory with what it was given', () => {
  for (const [bytes, evidence] of [
    [certificate, { certificate: certificate.slice() }] as const,
    [quote, { quote: quote.slice() }] as const,
  ]) {
    const decoded = decodeEvidence(SharingBytes.over(bytes))
    bytes.fill(0)
    expect(decoded).toEqual(evidence)
    bytes.set('quote' in evidence ? evidence.quote : evidence.certificate)
  }
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
    ['a quote and a certificate', () => ascii(JSON.stringify({ schema, certificate: pem, quote: 'AwA=' }))],
    ['a quote that is no string', json({ schema, quote: [3, 0] })],
    ['a quote that is not base64', json({ schema, quote: 'AwA' })],
    ['what it is of as text', json({ schema, quote: 'AwA=', about: 'helloworld' })],
    ['what it is of with another member', json({ schema, quote: 'AwA=', about: { ...about, more: '' } })],
    ['a fingerprint that is none', json({ schema, quote: 'AwA=', about: { ...about, fingerprint: 'F'.repeat(64) } })],
    ['an instance that is none', json({ schema, quote: 'AwA=', about: { ...about, instance: '1' } })],
    ['no name', json({ schema, quote: 'AwA=', about: { ...about, name: '' } })],
    ['collateral alone', json({ schema, collateral: collateralJson })],
    ['collateral that is no object', json({ schema, quote: 'AwA=', collateral: [] })],
    ['collateral that is null', json({ schema, quote: 'AwA=', collateral: null })],
    ['collateral with a member too many', json({ schema, quote: 'AwA=', collateral: { ...collateralJson, more: '' } })],
    ['TCB info that is no string', json({ schema, quote: 'AwA=', collateral: { ...collateralJson, tcb_info: {} } })],
    [
      'TCB info with half a character',
      json({ schema, quote: 'AwA=', collateral: { ...collateralJson, tcb_info: '\ud800' } }),
    ],
    ['a CRL that is not base64', json({ schema, quote: 'AwA=', collateral: { ...collateralJson, pck_crl: '-' } })],
    ...Object.keys(collateralJson).map((member): [string, () => Uint8Array] => [
      `collateral without ${member}`,
      json({ schema, quote: 'AwA=', collateral: { ...collateralJson, [member]: undefined } }),
    ]),
    ['a quote that ends inside its header', () => Uint8Array.of(3, 0, ...new Uint8Array(45))],
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
