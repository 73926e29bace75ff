import { FormatError } from '../error.ts'
import { parseObject } from '../json/parse-object.ts'
import { Ledger } from '../ledger.ts'
import { headerLength } from '../quote/header.ts'
import { toText } from '../utf8.ts'
import { readDer } from '../x509/der.ts'
import { readEvidenceFile } from './evidence-file.ts'
import { largestEvidence, type Evidence } from './evidence.ts'
import { isMseHomeEvidence, readMseHomeEvidence } from './mse-home.ts'
import { pemToCertificate } from './pem-certificate.ts'

/**
 * Reads evidence in any of its forms: the evidence file (`mse-evidence/1`), a PEM certificate, a DER certificate, a raw
 * quote, an `evidence.json` of `mse home`. At most 256 KiB. What it holds is unwrapped, not judged.
 *
 * @throws AttestationError `evidence/malformed`; of an `evidence.json` of `mse home` also `evidence/no-quote` and others of
 *   `readRaTls`, since it takes the certificates of the quote to complete it
 */
export function decodeEvidence(bytes: Uint8Array): Evidence {
  return new Ledger().decode('evidence/malformed', () => {
    if (bytes.length > largestEvidence) throw new FormatError('more than 256 KiB')
    const evidence = unwrap(bytes)
    if ('certificate' in evidence) readDer(evidence.certificate)
    return evidence
  })
}

/** The first bytes tell the forms apart: DER starts a SEQUENCE, and neither DER nor text has a zero as second byte. */
function unwrap(bytes: Uint8Array): Evidence {
  if (bytes[0] === 0x30) return { certificate: new Uint8Array(bytes) }
  if (bytes[1] === 0 && bytes.length >= headerLength) return { quote: new Uint8Array(bytes) }
  const text = toText(bytes, 'neither JSON, PEM, DER nor a quote')
  if (!text.trimStart().startsWith('{')) return { certificate: pemToCertificate(text) }
  const file = parseObject(text)
  return isMseHomeEvidence(file) ? readMseHomeEvidence(file) : readEvidenceFile(file)
}
