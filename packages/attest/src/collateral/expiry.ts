import { FormatError } from '../error.ts'
import { readCertificate } from '../x509/certificate.ts'
import { mostInCrl } from '../x509/crl.ts'
import { readDer } from '../x509/der.ts'
import { Fields } from '../x509/fields.ts'
import * as Tag from '../x509/tag.ts'
import { pemToDers } from '../x509/pem.ts'
import { readTime } from '../x509/time.ts'
import type { Collateral } from './collateral.ts'
import { withoutNul } from './issuer-chain.ts'
import { unjudgedBody } from './unjudged-body.ts'

/** When collateral stops being good, and the part that stops first. */
export interface CollateralExpiry {
  readonly part: keyof Collateral
  /** The earliest nextUpdate; of a chain, the earliest notAfter. */
  readonly nextUpdate: Date
}

/**
 * The earliest end among all parts, chains included. Read from bytes that nobody has judged: for caching and for warnings,
 * never for a verdict. Undefined if a part cannot be read.
 */
export function collateralExpiry(collateral: Collateral): CollateralExpiry | undefined {
  try {
    const ends = parts.map((part) => ({ part, nextUpdate: readEnd[part](collateral) }))
    return ends.reduce((first, other) => (other.nextUpdate < first.nextUpdate ? other : first))
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return undefined
  }
}

const readEnd: Readonly<Record<keyof Collateral, (collateral: Collateral) => Date>> = {
  tcbInfo: ({ tcbInfo }) => endOfBody(tcbInfo, 'tcbInfo'),
  tcbInfoIssuerChain: ({ tcbInfoIssuerChain }) => endOfChain(tcbInfoIssuerChain),
  qeIdentity: ({ qeIdentity }) => endOfBody(qeIdentity, 'enclaveIdentity'),
  qeIdentityIssuerChain: ({ qeIdentityIssuerChain }) => endOfChain(qeIdentityIssuerChain),
  pckCrl: ({ pckCrl }) => endOfCrl(pckCrl),
  pckCrlIssuerChain: ({ pckCrlIssuerChain }) => endOfChain(pckCrlIssuerChain),
  rootCaCrl: ({ rootCaCrl }) => endOfCrl(rootCaCrl),
}
const parts = Object.keys(readEnd) as (keyof Collateral)[]

function endOfBody(bytes: Uint8Array, member: 'tcbInfo' | 'enclaveIdentity'): Date {
  const { nextUpdate } = unjudgedBody(bytes, member)
  if (typeof nextUpdate !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(nextUpdate)) {
    throw new FormatError('no nextUpdate')
  }
  const date = new Date(nextUpdate)
  if (Number.isNaN(date.getTime())) throw new FormatError('no nextUpdate')
  return date
}

function endOfChain(pem: string): Date {
  const ends = pemToDers(withoutNul(pem)).map((der) => readCertificate(der).notAfter.getTime())
  return new Date(Math.min(...ends))
}

/** RFC 5280, §5.1.2: version, signature, issuer, thisUpdate, nextUpdate. */
function endOfCrl(der: Uint8Array): Date {
  const outer = new Fields(readDer(der, mostInCrl), 'the revocation list')
  const signed = new Fields(outer.take(Tag.sequence), 'the revocation list')
  signed.takeIf(Tag.integer)
  signed.take(Tag.sequence)
  signed.take(Tag.sequence)
  readTime(signed.takeAny())
  return readTime(signed.takeAny())
}
