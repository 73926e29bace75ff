import { toHex } from '../bytes.ts'
import type { Ledger } from '../ledger.ts'
import type { Quote } from '../quote/quote.ts'
import type { Certificate } from '../x509/certificate.ts'
import { readCommonName } from '../x509/common-name.ts'
import { readSgxExtension } from '../x509/sgx-extension.ts'
import type { CollateralNeed } from './source.ts'

/**
 * What to fetch for a quote, as its certificate has it. Nothing of it is judged: a lie leads to collateral that does not fit.
 *
 * @throws AttestationError `pck/extension`, `pck/number`
 */
export function needOf(ledger: Ledger, { body }: Quote, leaf: Certificate): CollateralNeed {
  const { fmspc } = ledger.decode('pck/extension', () => readSgxExtension(leaf.extensions))
  const issuer = readIssuer(leaf)
  return { tee: body.tee, fmspc: toHex(fmspc), ca: issuer.includes('Processor') ? 'processor' : 'platform' }
}

function readIssuer({ issuer }: Certificate): string {
  return readCommonName(issuer) ?? ''
}
