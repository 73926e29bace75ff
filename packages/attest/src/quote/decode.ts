import { isPoint } from '../crypto.ts'
import { FormatError } from '../error.ts'
import { largestEvidence } from '../evidence/evidence.ts'
import type { Ledger } from '../ledger.ts'
import { readCertification } from './certification.ts'
import { readHeader } from './header.ts'
import { bodies, readLayout, teeOf } from './layout.ts'
import { readQuote, type Quote } from './quote.ts'

/** A quote, and the certificates of its chain, which are not decoded yet. */
export interface DecodedQuote {
  readonly quote: Quote
  /** Three, DER. */
  readonly ders: readonly Uint8Array[]
}

/**
 * Decodes a quote down to its certificates. What decides how the rest is laid out is looked at before the rest.
 *
 * @throws AttestationError `quote/…`
 */
export function decodeQuote(ledger: Ledger, bytes: Uint8Array): DecodedQuote {
  const header = ledger.decode('quote/malformed', () => readHeader(bounded(bytes)))
  const { version, teeType, keyType } = header
  ledger.require('quote/version', version >= 3 && version <= 5, { expected: '3, 4 or 5', found: String(version) })
  const tee = teeOf(header)
  if (tee === undefined) throw ledger.refusal('quote/tee', { found: `version ${version}, TEE type ${teeType}` })
  const layout = ledger.decode('quote/malformed', () => readLayout(bytes, header, tee))
  const body = bodies[layout.bodyType]
  ledger.require('quote/tee', body?.tee === tee, { found: `${tee} with a body of type ${layout.bodyType}` })
  ledger.require('quote/key-type', keyType === 2, { expected: 'type 2', found: `type ${keyType}` })
  ledger.require('quote/body-size', body?.size === layout.bodySize, {
    expected: String(body?.size),
    found: String(layout.bodySize),
  })

  const quote = ledger.decode('quote/malformed', () => readQuote(bytes, layout))
  ledger.passDecoded('quote/malformed')
  ledger.require('quote/unaccounted', quote.unaccounted === 0, { found: `${quote.unaccounted} bytes` })
  ledger.require('quote/trailing', quote.endsInZeroes)
  ledger.require('quote/key', isPoint(quote.attestationKey))
  const ders = ledger.decode('quote/certification', () => readCertification(quote.certification))
  ledger.pass('quote/certification')
  return { quote, ders }
}

function bounded(bytes: Uint8Array): Uint8Array {
  if (bytes.length > largestEvidence) throw new FormatError('more than 256 KiB')
  return bytes
}
