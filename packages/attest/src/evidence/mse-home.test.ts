import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { toBase64 } from '../base64.ts'
import { ascii, toHex } from '../bytes.ts'
import { certificateToPem, type CertificateEvidence } from '../index.ts'
import { decodeEvidence, encodeEvidence } from '../evidence.ts'
import { createPlatform, makeEnclave, type Platform } from '../testing/index.ts'
import { der } from '../testing/der-writer.ts'
import { readDer } from '../x509/der.ts'
import { pemToDers, toPem } from '../x509/pem.ts'

const now = new Date('2026-06-15T12:00:00Z')
const tcbInfo = '{"tcbInfo":{"id":"SGX"},"signature":"00"}'
const qeIdentity = '{"enclaveIdentity":{"id":"QE"},"signature":"00"}'
const crl = (byte: number) => der(0x30, Uint8Array.of(0x04, 1, byte))

let platform: Platform
let certificate: Uint8Array
let file: Readonly<Record<string, unknown>>

beforeAll(async () => {
  platform = await createPlatform({ now })
  const fields = { now, measurement: new Uint8Array(32), scheme: 'Cosmian' } as const
  certificate = (await makeEnclave(platform, fields)).evidence.certificate
  file = {
    input_args: { subject: 'CN=localhost', expiration_date: 1_714_058_115 },
    ratls_certificate: certificateToPem(certificate),
    root_ca_crl: toPem('X509 CRL', crl(1)),
    pck_platform_crl: toPem('X509 CRL', crl(2)),
    tcb_info: toBase64(ascii(`${toHex(ascii(tcbInfo))}\n`)),
    qe_identity: toBase64(ascii(qeIdentity)),
    tcb_cert: certificateToPem(crl(3)),
    signer_pk: '-----BEGIN PUBLIC KEY-----\n',
  }
})

const write = (value: object) => ascii(JSON.stringify(value))

it('gives the certificate and collateral in one form', () => {
  const [, ca, root] = platform.certificates.map(certificateToPem)
  const tcbChain = certificateToPem(crl(3)) + root
  expect(decodeEvidence(write(file))).toEqual({
    certificate,
    collateral: {
      tcbInfo: ascii(tcbInfo),
      tcbInfoIssuerChain: tcbChain,
      qeIdentity: ascii(qeIdentity),
      qeIdentityIssuerChain: tcbChain,
      pckCrl: crl(2),
      pckCrlIssuerChain: `${ca}${root}`,
      rootCaCrl: crl(1),
    },
  })
})

it('comes back the same from an evidence file of ours', () => {
  const evidence = decodeEvidence(write(file))
  expect(decodeEvidence(encodeEvidence(evidence))).toEqual(evidence)
})

describe('refuses', () => {
  it.each<[string, string, () => Readonly<Record<string, unknown>>]>([
    ['another member', 'evidence/malformed', () => ({ platform: 'sgx' })],
    ['a schema of ours', 'evidence/malformed', () => ({ schema: 'mse-evidence/1' })],
    ['no TCB info', 'evidence/malformed', () => ({ tcb_info: undefined })],
    ['TCB info that is no string', 'evidence/malformed', () => ({ tcb_info: {} })],
    ['TCB info that is not hex inside', 'evidence/malformed', () => ({ tcb_info: toBase64(ascii(tcbInfo)) })],
    ['TCB info of half a byte', 'evidence/malformed', () => ({ tcb_info: toBase64(ascii('7b2')) })],
    ['TCB info that is no text inside', 'evidence/malformed', () => ({ tcb_info: toBase64(Uint8Array.of(0xff)) })],
    ['a QE identity that is not base64', 'evidence/malformed', () => ({ qe_identity: qeIdentity })],
    ['a certificate in place of a CRL', 'evidence/malformed', () => ({ root_ca_crl: certificateToPem(crl(1)) })],
    ['two CRLs', 'evidence/malformed', () => ({ root_ca_crl: toPem('X509 CRL', crl(1)).repeat(2) })],
    ['two TCB signing certificates', 'evidence/malformed', () => ({ tcb_cert: certificateToPem(crl(3)).repeat(2) })],
    ['a certificate that is none', 'evidence/malformed', () => ({ ratls_certificate: certificateToPem(crl(1)) })],
    [
      'a certificate without a quote',
      'evidence/no-quote',
      () => ({ ratls_certificate: certificateToPem(platform.certificates[0]) }),
    ],
  ])('%s: %s', (_, code, change) => {
    expect(() => decodeEvidence(write({ ...file, ...change() }))).toThrow(expect.objectContaining({ code }))
  })

  it('a quote that does not bring its chain: quote/certification', async () => {
    const odd = { now, measurement: new Uint8Array(32), scheme: 'Cosmian', oddQuote: { certificationType: 3 } } as const
    const { evidence } = await makeEnclave(platform, odd)
    const changed = { ...file, ratls_certificate: certificateToPem(evidence.certificate) }
    expect(() => decodeEvidence(write(changed))).toThrow(expect.objectContaining({ code: 'quote/certification' }))
  })
})

/** The file of a real enclave; to run this, set MSE_SHARED to the folder that holds data/dcap. */
const real = join(process.env['MSE_SHARED'] ?? '', 'data/dcap/evidence/cosmian-mse-evidence.json')

it.skipIf(!existsSync(real))('reads what a real enclave showed (MSE_SHARED)', () => {
  const { certificate, collateral } = decodeEvidence(new Uint8Array(readFileSync(real))) as CertificateEvidence
  expect(() => readDer(certificate)).not.toThrow()
  expect(new TextDecoder().decode(collateral?.tcbInfo)).toMatch(
    /^\{"tcbInfo":\{"id":"SGX".*"signature":"[0-9a-f]{128}"\}$/,
  )
  expect(new TextDecoder().decode(collateral?.qeIdentity)).toMatch(
    /^\{"enclaveIdentity":.*"signature":"[0-9a-f]{128}"\}$/,
  )
  for (const list of [collateral?.pckCrl, collateral?.rootCaCrl])
    expect(() => readDer(list ?? certificate)).not.toThrow()
  for (const chain of [
    collateral?.tcbInfoIssuerChain,
    collateral?.qeIdentityIssuerChain,
    collateral?.pckCrlIssuerChain,
  ]) {
    expect(pemToDers(chain ?? '')).toHaveLength(2)
  }
})
