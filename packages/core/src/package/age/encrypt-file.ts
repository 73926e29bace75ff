import { createHash } from 'node:crypto'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { MseError } from '../../error.ts'
import { derive, type Derivation } from './derive.ts'
import { ageHeader, payloadKey } from './header.ts'
import { encodeRecipient } from './keys.ts'
import { chunkSize, PayloadCipher } from './payload.ts'
import { publicValue, secretKey } from './x25519.ts'

/** The key that opens the code of one application. */
export interface CodeKey {
  /** 32 raw bytes: an X25519 secret. */
  readonly secret: Uint8Array
  /** Its public value, 32 bytes. */
  readonly recipient: Uint8Array
}

export function codeKeyFrom(secret: Uint8Array): CodeKey {
  return { secret, recipient: publicValue(secretKey(secret)) }
}

/**
 * Encrypts a file deterministically (spec/2-package.md), streaming: memory does not grow with the file.
 *
 * @param path the path that enters the derivation, relative to the code folder
 * @returns size and hex SHA-256 of the ciphertext
 * @throws MseError `package/file-changed-while-read`; nothing is left at `destination` then
 */
export async function encryptFile(
  source: string,
  destination: string,
  path: string,
  key: CodeKey,
): Promise<{ size: number; sha256: string }> {
  const input = await open(source, 'r').catch((cause: NodeJS.ErrnoException) => {
    const gone = cause.code === 'ENOENT'
    const code = gone ? 'package/file-changed-while-read' : 'package/unreadable'
    throw new MseError(code, `${path} ${gone ? 'has vanished' : 'cannot be read'}`, { found: cause.code ?? '', cause })
  })
  try {
    const plain = await digest(input, path)
    const output = await open(destination, 'wx', 0o644)
    try {
      const written = await encryptPass(input, output, { ...plain, path, key })
      if (!written.plainSha256.equals(plain.sha256)) throw changed(path)
      return { size: written.size, sha256: written.sha256 }
    } catch (error) {
      await rm(destination)
      throw error
    } finally {
      await output.close()
    }
  } finally {
    await input.close()
  }
}

/** A file that grows is not followed for ever: what it had at the beginning is all that is read. */
async function digest(input: FileHandle, path: string): Promise<{ size: number; sha256: Buffer }> {
  const hash = createHash('sha256')
  const { size: limit } = await input.stat()
  let size = 0
  for await (const block of blocks(input)) {
    hash.update(block)
    size += block.length
    if (size > limit) throw changed(path)
  }
  return { size, sha256: hash.digest() }
}

function changed(path: string): MseError {
  return new MseError('package/file-changed-while-read', `${path} changed while it was being encrypted`, {
    next: 'Run the command again.',
  })
}

interface Pass {
  readonly size: number
  readonly sha256: Buffer
  readonly path: string
  readonly key: CodeKey
}

async function encryptPass(
  input: FileHandle,
  output: FileHandle,
  { size, sha256, path, key }: Pass,
): Promise<{ size: number; sha256: string; plainSha256: Buffer }> {
  const recipient = encodeRecipient(key.recipient)
  const from: Derivation = { secret: key.secret, path, size, sha256, recipients: [recipient] }
  const fileKey = derive(from, 'file-key', 16)
  const nonce = derive(from, 'nonce', 16)
  const ephemeral = secretKey(derive(from, `ephemeral:${recipient}`, 32))

  const plainHash = createHash('sha256')
  const cipherHash = createHash('sha256')
  let written = 0
  const write = async (bytes: Buffer): Promise<void> => {
    cipherHash.update(bytes)
    written += bytes.length
    await output.writeFile(bytes)
  }

  await write(Buffer.concat([ageHeader({ fileKey, recipients: [{ publicValue: key.recipient, ephemeral }] }), nonce]))
  const cipher = new PayloadCipher(payloadKey(fileKey, nonce))
  let remaining = size
  for await (const block of blocks(input)) {
    plainHash.update(block)
    remaining -= block.length
    if (remaining < 0) break // it has grown: the hash will not match
    await write(encryptBlock(cipher, block, remaining <= 0))
  }
  if (size === 0) await write(cipher.chunk(Buffer.alloc(0), true))
  return { size: written, sha256: cipherHash.digest('hex'), plainSha256: plainHash.digest() }
}

function encryptBlock(cipher: PayloadCipher, block: Buffer, lastBlock: boolean): Buffer {
  const chunks: Buffer[] = []
  for (let offset = 0; offset < block.length; offset += chunkSize) {
    const end = Math.min(offset + chunkSize, block.length)
    chunks.push(cipher.chunk(block.subarray(offset, end), lastBlock && end === block.length))
  }
  return Buffer.concat(chunks)
}

/** Blocks of 16 chunks, so that every block but the last ends on a chunk's border. */
async function* blocks(input: FileHandle): AsyncGenerator<Buffer> {
  const size = 16 * chunkSize
  let position = 0
  for (;;) {
    const block = Buffer.allocUnsafe(size)
    let filled = 0
    while (filled < size) {
      const { bytesRead } = await input.read(block, filled, size - filled, position + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    if (filled > 0) yield block.subarray(0, filled)
    if (filled < size) return
    position += filled
  }
}
