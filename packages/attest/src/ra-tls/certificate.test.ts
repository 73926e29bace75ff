import { X509Certificate } from 'node:crypto'
import { expect, it } from 'vitest'
import { createPlatform, generateKey, makeEnclave } from '../testing/index.ts'
import { readCertificate } from '../x509/certificate.ts'
import { certificateToPem } from '../x509/pem.ts'
import { readRaTlsCertificate } from './certificate.ts'
import { isSelfSigned } from './self-signature.ts'

const now = new Date('2026-06-15T12:00:00Z')

it.each(['P-256', 'P-384', 'RSA'] as const)('reads a certificate of a %s key as Node does', async (kind) => {
  const tlsKey = await generateKey(kind)
  const fields = { now, measurement: new Uint8Array(32), certificate: { tlsKey } }
  const { certificate } = (await makeEnclave(await createPlatform({ now }), fields)).evidence
  const ours = readRaTlsCertificate(certificate)
  // As PEM: given DER, Node scans it for PEM first, and finds the certificates inside the quote.
  const nodes = new X509Certificate(certificateToPem(certificate))
  expect(ours.key.kind).toBe(kind)
  expect(Buffer.from(ours.spki)).toEqual(nodes.publicKey.export({ type: 'spki', format: 'der' }))
  expect(ours.notAfter).toEqual(new Date(nodes.validTo))
  expect(nodes.verify(nodes.publicKey)).toBe(true)
  expect(await isSelfSigned(ours)).toBe(true)
})

it.each(['P-384', 'RSA'] as const)('a chain of a quote has no certificate of a %s key', async (kind) => {
  const tlsKey = await generateKey(kind)
  const fields = { now, measurement: new Uint8Array(32), certificate: { tlsKey } }
  const { certificate } = (await makeEnclave(await createPlatform({ now }), fields)).evidence
  expect(() => readCertificate(certificate)).toThrow(/the (signature algorithm|public key)/)
})
