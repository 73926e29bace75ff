import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import * as v from 'valibot'
import { ownerName, quota, type Quota } from '../api/shapes.ts'

/** What is kept of a token (spec/8-operator-api.md, "Tokens"). Of the token itself nothing but a hash. */
export interface TokenRecord {
  readonly schema: 'mse-token/1'
  /** 12 hex; it stands in the token, too. */
  readonly id: string
  readonly owner: string
  readonly role: 'view' | 'deploy' | 'admin'
  /** Hex. */
  readonly sha256: string
  readonly created: string
  readonly expires: string | null
  readonly revoked: string | null
  readonly quota: Quota
}

export const tokenRecord: v.GenericSchema<TokenRecord> = v.strictObject({
  schema: v.literal('mse-token/1'),
  id: v.pipe(v.string(), v.regex(/^[0-9a-f]{12}$/)),
  owner: ownerName,
  role: v.picklist(['view', 'deploy', 'admin']),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  created: v.pipe(v.string(), v.isoTimestamp()),
  expires: v.nullable(v.pipe(v.string(), v.isoTimestamp())),
  revoked: v.nullable(v.pipe(v.string(), v.isoTimestamp())),
  quota,
})

const pattern = /^mse_([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/

/** A token: its id in clear, and 256 random bits, so that a plain hash of it is enough. */
export function newToken(): { readonly id: string; readonly token: string; readonly sha256: string } {
  const id = randomBytes(6).toString('hex')
  const token = `mse_${id}_${randomBytes(32).toString('base64url')}`
  return { id, token, sha256: hash(token) }
}

/** The id that a token names; undefined if it is none. */
export function tokenId(token: string): string | undefined {
  return pattern.exec(token)?.[1]
}

/** Whether it is the token of a record. */
export function isToken(token: string, { sha256 }: TokenRecord): boolean {
  return timingSafeEqual(Buffer.from(hash(token), 'hex'), Buffer.from(sha256, 'hex'))
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
