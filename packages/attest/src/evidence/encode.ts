import { ascii } from '../bytes.ts'
import { certificateToPem } from '../x509/pem.ts'
import { schema, type Evidence } from './evidence.ts'

/** The evidence file: JSON of schema `mse-evidence/1`, with a final newline. */
export function encodeEvidence({ certificate }: Evidence): Uint8Array {
  return ascii(`${JSON.stringify({ schema, certificate: certificateToPem(certificate) })}\n`)
}
