import { toBase64 } from '../base64.ts'
import { Ledger } from '../ledger.ts'
import { certificateToPem } from '../x509/pem.ts'
import { collateralToJson } from './collateral-json.ts'
import { schema, type Evidence } from './evidence.ts'

/**
 * The evidence file: JSON of schema `mse-evidence/1`, UTF-8, with a final newline.
 *
 * @throws AttestationError `evidence/malformed`: signed JSON of the collateral is not UTF-8
 */
export function encodeEvidence(evidence: Evidence): Uint8Array {
  const { collateral, about } = evidence
  const file = {
    schema,
    ...('certificate' in evidence
      ? { certificate: certificateToPem(evidence.certificate) }
      : { quote: toBase64(evidence.quote) }),
    ...(collateral === undefined
      ? {}
      : { collateral: new Ledger().decode('evidence/malformed', () => collateralToJson(collateral)) }),
    ...(about === undefined ? {} : { about }),
  }
  return new TextEncoder().encode(`${JSON.stringify(file)}\n`)
}
