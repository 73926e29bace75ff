import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { decodeUnpadded, encodeUnpadded } from './base64.ts'
import { hkdf } from './hkdf.ts'
import { headerError, type Stanza } from './stanza.ts'
import { publicValue, sharedSecret } from './x25519.ts'

/** Who can open: an X25519 secret and its 32-byte public value. */
export interface Identity {
  readonly key: KeyObject
  readonly publicValue: Uint8Array
}

const label = 'age-encryption.org/v1/X25519'
const nonce = Buffer.alloc(12)

/** Wraps a 16-byte file key for a 32-byte public value (https://age-encryption.org/v1, "The X25519 recipient type"). */
export function wrapFileKey(fileKey: Uint8Array, recipient: Uint8Array, ephemeral: KeyObject): Stanza {
  const share = publicValue(ephemeral)
  const key = hkdf(sharedSecret(ephemeral, recipient), Buffer.concat([share, recipient]), label)
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 })
  const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()])
  return { type: 'X25519', args: [encodeUnpadded(share)], body }
}

/**
 * The file key, or undefined if the stanza is for somebody else.
 *
 * @throws MseError `age/header` for an X25519 stanza that is none
 */
export function unwrapFileKey({ type, args, body }: Stanza, identity: Identity): Buffer | undefined {
  if (type !== 'X25519') return undefined
  const share = args.length === 1 ? decodeUnpadded(args[0] as string) : undefined
  // The length is looked at before decryption: a longer key could be made to open under two keys.
  if (share?.length !== 32 || body.length !== 32) throw headerError('an X25519 stanza of another shape')
  const shared = attempt(() => sharedSecret(identity.key, share))
  if (shared === undefined) throw headerError('an X25519 share of low order')
  const key = hkdf(shared, Buffer.concat([share, identity.publicValue]), label)
  const decipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 })
  decipher.setAuthTag(body.subarray(16))
  return attempt(() => Buffer.concat([decipher.update(body.subarray(0, 16)), decipher.final()]))
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
