import { createHash } from 'node:crypto'

/**
 * What `curl --pinnedpubkey` takes: SHA-256 of a key, as RFC 7469 has it.
 *
 * @param key SubjectPublicKeyInfo, DER
 */
export function curlPin(key: Uint8Array): string {
  return `sha256//${createHash('sha256').update(key).digest('base64')}`
}
