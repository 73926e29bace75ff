import { expect, it } from 'vitest'
import { fromHex, toHex } from '../bytes.ts'
import { authority, crlNumber, generateKey, issueCertificate, issueCrl } from '../testing/index.ts'
import { readCertificate } from './certificate.ts'
import { readCrl } from './crl.ts'

const now = new Date('2026-06-15T12:00:00Z')

it('says a serial number as its certificate does, sign byte included', async () => {
  const { privateKey, publicKey } = await generateKey()
  const period = { notBefore: now, notAfter: new Date('2030-01-01T00:00:00Z') }
  const certificate = await issueCertificate({
    ...period,
    issuer: 'CA',
    subject: 'platform',
    publicKey,
    signedBy: privateKey,
    extensions: [authority(false)],
  })
  // The certificate with a serial number whose first bit is set, which DER writes with a byte of zero before it (X.690, 8.3).
  const serial = toHex(readCertificate(certificate).serial)
  const hex = `00ff${serial.slice(4)}`
  const signed = fromHex(toHex(certificate).replace(serial, hex))
  expect(toHex(readCertificate(signed).serial)).toBe(hex)
  const list = await issueCrl({
    issuer: 'CA',
    thisUpdate: now,
    nextUpdate: period.notAfter,
    revoked: [hex],
    extensions: [crlNumber(1)],
    entryExtensions: [],
    signedBy: privateKey,
  })
  expect(readCrl(list).revoked).toEqual(new Set([hex]))
})
