import { derive } from '@mse/core/package/age/derive'
import { encodeHeader, payloadKey } from '@mse/core/package/age/header'
import { encodeRecipient } from '@mse/core/package/age/keys'
import { chunkSize, PayloadCipher } from '@mse/core/package/age/payload'
import { secretKey } from '@mse/core/package/age/x25519'
import { wrapFileKey } from '@mse/core/package/age/x25519-stanza'
import { createHash } from 'node:crypto'
import { base64, fixedBytes, fixedX25519, sha256, type Case, type VectorFile } from './fixed.ts'
import { headerCases } from './age-headers.ts'
import { payloadCases } from './age-payloads.ts'

const key = fixedX25519('mse vectors/code key')

/** Of what is hashed in one piece. */
const blockSize = 1 << 20

/** Sizes at which a chunk or a block ends, begins, or is the only one. */
const chunkSizes = [16, 65535, 65536, 65537, 131072, 131073]
const blockSizes = [blockSize - 1, blockSize, blockSize + 1, 2 * blockSize]

export function ageVectors(): VectorFile {
  return {
    comment:
      'Deterministic age (spec 2, "Encrypted files"). With "path": code_key encrypts the plaintext to exactly this ciphertext, and opens it. With "age": a reader that opens files of one X25519 recipient refuses it; any_age says whether age tools open it all the same.',
    cases: [
      written('an empty file', 'empty', Buffer.alloc(0)),
      written('one byte', 'a.py', Buffer.from('a')),
      written('the same byte at another path', 'b.py', Buffer.from('a')),
      written('the same byte under another key', 'a.py', Buffer.from('a'), fixedX25519('mse vectors/another code key')),
      written('a path outside ASCII', 'pkg/modül_名.py', Buffer.from('print("hello")\n')),
      ...[...chunkSizes, ...blockSizes].map((size) => seeded(size)),
      ...headerCases(key),
      ...payloadCases(key),
    ],
  }
}

function written(name: string, path: string, plaintext: Buffer, code = key): Case {
  const ciphertext = encrypt(plaintext, path, code)
  return {
    name,
    expect: 'ok',
    code_key: code.secret.toString('hex'),
    path,
    plaintext: base64(plaintext),
    size: ciphertext.length,
    sha256: sha256(ciphertext),
    age: base64(ciphertext),
  }
}

function seeded(size: number): Case {
  const seed = `mse vectors/plaintext of ${size}`
  const ciphertext = encrypt(fixedBytes(seed, size), `data/${size}.bin`, key)
  return {
    name: `${size} bytes`,
    expect: 'ok',
    code_key: key.secret.toString('hex'),
    path: `data/${size}.bin`,
    plaintext_seed: seed,
    plaintext_size: size,
    size: ciphertext.length,
    sha256: sha256(ciphertext),
  }
}

/** What encryptFile writes, in memory and in one go. */
function encrypt(plaintext: Buffer, path: string, code: { secret: Buffer; recipient: Buffer }): Buffer {
  const recipient = encodeRecipient(code.recipient)
  const from = { secret: code.secret, path, size: plaintext.length, digest: digest(plaintext), recipients: [recipient] }
  const fileKey = derive(from, 'file-key', 16)
  const nonce = derive(from, 'nonce', 16)
  const ephemeral = secretKey(derive(from, `ephemeral:${recipient}`, 32))
  const cipher = new PayloadCipher(payloadKey(fileKey, nonce))
  const chunks: Buffer[] = []
  for (let at = 0; at === 0 || at < plaintext.length; at += chunkSize) {
    chunks.push(cipher.chunk(plaintext.subarray(at, at + chunkSize), at + chunkSize >= plaintext.length))
  }
  const header = encodeHeader([wrapFileKey(fileKey, code.recipient, ephemeral)], fileKey)
  return Buffer.concat([header, nonce, ...chunks])
}

function digest(plaintext: Buffer): Buffer {
  const hash = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest()
  if (plaintext.length <= blockSize) return hash(plaintext)
  const hashes: Buffer[] = []
  for (let at = 0; at < plaintext.length; at += blockSize) hashes.push(hash(plaintext.subarray(at, at + blockSize)))
  return hash(Buffer.concat(hashes))
}
