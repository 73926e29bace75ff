import { createPublicKey, type KeyObject } from 'node:crypto'

const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex')

/** The 32 raw bytes of an Ed25519 public key (RFC 8410), of either half of the pair. */
export function rawPublicKey(key: KeyObject): Buffer {
  const half = key.type === 'private' ? createPublicKey(key) : key
  return half.export({ type: 'spki', format: 'der' }).subarray(spkiPrefix.length)
}

/** An Ed25519 public key from its 32 raw bytes. */
export function publicKeyFromRaw(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: 'der', type: 'spki' })
}
