import { bech32 } from '@scure/base'
import { MseError } from '../../error.ts'

/** `age1…`: how age writes a 32-byte X25519 public value. */
export function encodeRecipient(publicValue: Uint8Array): string {
  return bech32.encodeFromBytes('age', publicValue)
}

/** `AGE-SECRET-KEY-1…`: how age writes a 32-byte X25519 secret. */
export function encodeIdentity(secret: Uint8Array): string {
  return bech32.encodeFromBytes('age-secret-key-', secret).toUpperCase()
}

/**
 * The 32 bytes of the first `AGE-SECRET-KEY-1…` line of an identity file.
 *
 * @throws MseError `owner/key-malformed`
 */
export function decodeIdentity(text: string): Buffer {
  const line = text.split('\n').find((one) => one.startsWith('AGE-SECRET-KEY-1'))
  try {
    const { prefix, bytes } = bech32.decodeToBytes((line ?? '').trim().toLowerCase())
    if (prefix === 'age-secret-key-' && bytes.length === 32) return Buffer.from(bytes)
  } catch {
    // the message below says all that can be said without printing the key
  }
  throw new MseError('owner/key-malformed', 'not an age identity file', { expected: 'a line AGE-SECRET-KEY-1…' })
}
