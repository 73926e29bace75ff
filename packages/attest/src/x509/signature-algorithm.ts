import { FormatError } from '../error.ts'
import type { DerValue } from './der.ts'
import { Fields } from './fields.ts'
import * as Tag from './tag.ts'
import { readOid } from './oid.ts'

/** How a certificate is signed. RSA is RSASSA-PKCS1-v1_5. */
export interface SignatureAlgorithm {
  readonly family: 'ECDSA' | 'RSA'
  readonly hash: 'SHA-256' | 'SHA-384' | 'SHA-512'
}

const algorithms: Readonly<Record<string, SignatureAlgorithm>> = {
  '1.2.840.10045.4.3.2': { family: 'ECDSA', hash: 'SHA-256' },
  '1.2.840.10045.4.3.3': { family: 'ECDSA', hash: 'SHA-384' },
  '1.2.840.10045.4.3.4': { family: 'ECDSA', hash: 'SHA-512' },
  '1.2.840.113549.1.1.11': { family: 'RSA', hash: 'SHA-256' },
  '1.2.840.113549.1.1.12': { family: 'RSA', hash: 'SHA-384' },
  '1.2.840.113549.1.1.13': { family: 'RSA', hash: 'SHA-512' },
}

/**
 * Parameters are absent for ECDSA (RFC 5758, §3.2) and NULL for RSA (RFC 4055, §5).
 *
 * @param oddNull accept NULL for ECDSA as well
 * @throws FormatError also for other algorithms, SHA-1 and RSASSA-PSS among them
 */
export function readSignatureAlgorithm(value: DerValue, oddNull: boolean = false): SignatureAlgorithm {
  const fields = new Fields(value, 'the signature algorithm')
  const oid = readOid(fields.takeAny(), 'the signature algorithm')
  const algorithm = Object.hasOwn(algorithms, oid) ? algorithms[oid] : undefined
  if (algorithm === undefined) throw new FormatError(`the signature algorithm is ${oid}`)
  if (algorithm.family === 'RSA') fields.take(Tag.nothing)
  else if (oddNull) fields.takeIf(Tag.nothing)
  fields.end()
  return algorithm
}
