import { createCipheriv, createHmac, hkdfSync } from 'node:crypto'
import { payloadKey } from '@mse/core/package/age/header'
import { chunkSize, PayloadCipher } from '@mse/core/package/age/payload'
import { publicValue, secretKey, sharedSecret } from '@mse/core/package/age/x25519'
import { fixedBytes } from './fixed.ts'

/** What shall be odd about an age file; what is not given is as it should be. */
export interface OddAge {
  readonly fileKey?: Buffer
  /** Of the stanzas' recipients. */
  readonly recipients: readonly Uint8Array[]
  /** Changes the header before its MAC is made, so that the MAC is right. */
  readonly header?: (text: string) => string
  /** Changes the MAC's base64. */
  readonly mac?: (text: string) => string
  /** The chunks of plaintext, and which of them is sealed as the last one. */
  readonly chunks?: readonly (readonly [plain: Uint8Array, last: boolean])[]
}

/** An age file with a right MAC over a header that may be odd, from fixed keys of that label. */
export function writeAge(label: string, plaintext: Uint8Array, odd: OddAge): Buffer {
  const fileKey = odd.fileKey ?? fixedBytes(`${label}/file key`, 16)
  const nonce = fixedBytes(`${label}/nonce`, 16)
  const stanzas = odd.recipients.map((recipient, at) =>
    stanza(fileKey, recipient, fixedBytes(`${label}/ephemeral ${at}`, 32)),
  )
  const right = `age-encryption.org/v1\n${stanzas.join('')}---`
  const header = odd.header?.(right) ?? right
  const macKey = Buffer.from(hkdfSync('sha256', fileKey, '', 'header', 32))
  const mac = unpadded(createHmac('sha256', macKey).update(header).digest())
  const cipher = new PayloadCipher(payloadKey(fileKey, nonce))
  const chunks = (odd.chunks ?? inChunks(plaintext)).map(([plain, last]) => cipher.chunk(plain, last))
  return Buffer.concat([Buffer.from(`${header} ${odd.mac?.(mac) ?? mac}\n`), nonce, ...chunks])
}

function inChunks(plaintext: Uint8Array): [Uint8Array, boolean][] {
  const count = Math.max(1, Math.ceil(plaintext.length / chunkSize))
  return Array.from({ length: count }, (_, at) => [
    plaintext.subarray(at * chunkSize, (at + 1) * chunkSize),
    at === count - 1,
  ])
}

function stanza(fileKey: Buffer, recipient: Uint8Array, ephemeral: Buffer): string {
  const secret = secretKey(ephemeral)
  const share = publicValue(secret)
  return stanzaFrom(fileKey, share, Buffer.concat([share, recipient]), sharedSecret(secret, recipient))
}

/** A stanza for anybody who computes that shared secret. */
export function stanzaFrom(fileKey: Buffer, share: Buffer, salt: Buffer, shared: Uint8Array): string {
  const key = Buffer.from(hkdfSync('sha256', shared, salt, 'age-encryption.org/v1/X25519', 32))
  const cipher = createCipheriv('chacha20-poly1305', key, Buffer.alloc(12), { authTagLength: 16 })
  const wrapped = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()])
  return `-> X25519 ${unpadded(share)}\n${unpadded(wrapped)}\n`
}

export function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}

/** The same bytes in another spelling: unpadded base64 of 32 bytes leaves two bits unused. */
export function otherSpelling(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1) as string) + 1]
}
