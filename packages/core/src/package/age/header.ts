import { createCipheriv, createHmac, hkdfSync, type KeyObject } from 'node:crypto'
import { publicValue, sharedSecret } from './x25519.ts'

/** What a writer of an age header has to draw or derive. */
export interface HeaderKeys {
  /** 16 bytes. */
  readonly fileKey: Uint8Array
  readonly recipients: readonly { readonly publicValue: Uint8Array; readonly ephemeral: KeyObject }[]
}

/** The header of an age v1 file with X25519 stanzas (https://age-encryption.org/v1, "Header"). */
export function ageHeader({ fileKey, recipients }: HeaderKeys): Buffer {
  const stanzas = recipients.map((recipient) => stanza(fileKey, recipient.publicValue, recipient.ephemeral))
  const text = `age-encryption.org/v1\n${stanzas.join('')}---`
  const key = hkdf(fileKey, Buffer.alloc(0), 'header')
  const mac = createHmac('sha256', key).update(text).digest()
  return Buffer.from(`${text} ${unpadded(mac)}\n`)
}

/** The 32-byte key of the payload, from the file key and the 16-byte nonce that precedes the payload. */
export function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Buffer {
  return hkdf(fileKey, nonce, 'payload')
}

function stanza(fileKey: Uint8Array, recipient: Uint8Array, ephemeral: KeyObject): string {
  const share = publicValue(ephemeral)
  const salt = Buffer.concat([share, recipient])
  const wrapKey = hkdf(sharedSecret(ephemeral, recipient), salt, 'age-encryption.org/v1/X25519')
  const cipher = createCipheriv('chacha20-poly1305', wrapKey, Buffer.alloc(12), { authTagLength: 16 })
  const wrapped = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()])
  return `-> X25519 ${unpadded(share)}\n${unpadded(wrapped)}\n`
}

function hkdf(ikm: Uint8Array, salt: Uint8Array, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', ikm, salt, info, 32))
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}
