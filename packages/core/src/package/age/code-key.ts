import { identityFrom } from './keys.ts'

/** The key that opens the code of one application. */
export interface CodeKey {
  /** 32 raw bytes: an X25519 secret. */
  readonly secret: Uint8Array
  /** Its public value, 32 bytes. */
  readonly recipient: Uint8Array
}

export function codeKeyFrom(secret: Uint8Array): CodeKey {
  return { secret, recipient: identityFrom(secret).publicValue }
}
