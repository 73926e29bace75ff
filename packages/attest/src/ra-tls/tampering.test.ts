import { expect, it } from 'vitest'
import { toHex } from '../bytes.ts'
import { AttestationError, FormatError } from '../error.ts'
import { Ledger } from '../ledger.ts'
import { createPlatform, makeEnclave } from '../testing/index.ts'
import { proveBinding } from './binding.ts'
import { readRaTlsCertificate } from './certificate.ts'
import { readRaTls } from './read.ts'
import { isSelfSigned } from './self-signature.ts'

const now = new Date('2026-06-15T12:00:00Z')
const oid = '2.23.133.5.4.9'

async function diceEvidence() {
  const fields = { now, measurement: new Uint8Array(32), scheme: 'DICE' } as const
  const { evidence, quote } = await makeEnclave(await createPlatform({ now }), fields)
  const certificate = readRaTlsCertificate(evidence.certificate)
  const value = certificate.extensions.find((extension) => extension.oid === oid)?.value ?? new Uint8Array(0)
  return { der: evidence.certificate, certificate, value, quote, reportData: quote.slice(48 + 320, 48 + 384) }
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const flipped = bytes.slice()
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return flipped
}

it('no bit around a quote in DICE evidence can be another', async () => {
  const { certificate, value, quote, reportData } = await diceEvidence()
  const start = value.length - quote.length - 2 - 51
  expect(value.subarray(start, start + quote.length)).toEqual(quote)
  const around = Array.from({ length: value.length }, (_, byte) => byte).filter(
    (byte) => byte < start || byte >= start + quote.length,
  )
  expect(around).toHaveLength(60)
  for (const bit of around.flatMap((byte) => Array.from({ length: 8 }, (_, index) => byte * 8 + index))) {
    const extensions = [{ oid, critical: false, value: flip(value, bit) }]
    try {
      expect(await proveBinding(readRaTls(new Ledger(), { extensions }), certificate, reportData)).toBe(false)
    } catch (error) {
      expect(error, `bit ${bit}`).toBeInstanceOf(AttestationError)
    }
  }
})

it('no byte of a certificate can be another without its signature failing', async () => {
  const { der, quote } = await diceEvidence()
  const start = toHex(der).indexOf(toHex(quote)) / 2
  for (let byte = 0; byte < der.length; byte++) {
    // The quote is signed like its neighbours; one byte in fifty is enough of it.
    if (byte > start && byte < start + quote.length && byte % 50 !== 0) continue
    try {
      expect(await isSelfSigned(readRaTlsCertificate(flip(der, byte * 8))), `byte ${byte}`).toBe(false)
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
    }
  }
})
