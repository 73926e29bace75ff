import { createHash } from 'node:crypto'

/** MRSIGNER of a software enclave: SHA-256 of the owner's raw Ed25519 key (spec/4-evidence.md). Hex in, hex out. */
export function keyDigest(ownerKey: string): string {
  return createHash('sha256').update(Buffer.from(ownerKey, 'hex')).digest('hex')
}
