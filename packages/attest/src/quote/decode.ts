import { isPoint } from '../crypto.ts'
import type { Ledger } from '../ledger.ts'
import { readChain, type Chain } from '../x509/chain.ts'
import { readCertification } from './certification.ts'
import { readHeader } from './header.ts'
import { readQuote, type Quote } from './quote.ts'

/**
 * Decodes a quote to the last certificate of its chain. Version and key type decide how the rest is laid out, so they
 * are looked at before the lengths are, and each row is recorded as passed only once all of it is known.
 *
 * @throws AttestationError `quote/malformed`, `quote/version`, `quote/key-type`, `quote/certification`, `chain/malformed`
 */
export function decodeQuote(ledger: Ledger, bytes: Uint8Array): { quote: Quote; chain: Chain } {
  const { version, teeType, keyType } = ledger.decode('quote/malformed', () => readHeader(bytes))
  if (version !== 3 || teeType !== 0) {
    throw ledger.refusal('quote/version', {
      expected: 'version 3, TEE type 0',
      found: `version ${version}, TEE type ${teeType}`,
    })
  }
  if (keyType !== 2) throw ledger.refusal('quote/key-type', { expected: 'type 2', found: `type ${keyType}` })
  const quote = ledger.decode('quote/malformed', () => readQuote(bytes))
  ledger.pass('quote/malformed')
  ledger.pass('quote/version')
  ledger.require('quote/key-type', isPoint(quote.attestationKey), { detail: 'it is not a point of the curve' })
  const ders = ledger.decode('quote/certification', () => readCertification(quote.certification))
  ledger.pass('quote/certification')
  const chain = ledger.decode('chain/malformed', () => readChain(ders))
  ledger.pass('chain/malformed')
  return { quote, chain }
}
