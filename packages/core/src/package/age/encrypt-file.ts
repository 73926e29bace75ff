import { createHash } from 'node:crypto'
import { closeSync, fchmodSync, fstatSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { MseError } from '../../error.ts'
import type { CodeKey } from './code-key.ts'
import { derivedHeader, type EncryptedFile, type OpenFile } from './derived-header.ts'
import { encryptLargeFile } from './encrypt-large-file.ts'
import { fileChanged } from './file-changed.ts'
import { PayloadCipher, payloadSize } from './payload.ts'
import { blockSize, plaintextDigest } from './plaintext-digest.ts'

/** Bytes up to which a file is read at once, without leaving the thread in between: 80 ms at most, in which threads would hardly start. */
const small = 32 << 20

/**
 * Encrypts a file deterministically (spec/2-package.md). Memory does not grow with the file.
 *
 * @param path the path that enters the derivation, relative to the code folder
 * @param mode of the destination, whatever the umask
 * @returns size and hex SHA-256 of the ciphertext
 * @throws MseError `package/file-changed-while-read`, `package/unreadable`; nothing is left at `destination` then
 */
export async function encryptFile(
  source: string,
  destination: string,
  path: string,
  key: CodeKey,
  mode = 0o644,
): Promise<EncryptedFile> {
  const input = readable(path, () => openSync(source, 'r'))
  try {
    const { size } = fstatSync(input)
    const output = openSync(destination, 'wx', mode)
    try {
      fchmodSync(output, mode)
      const encrypt = size > small ? encryptLargeFile : encryptSmallFile
      return await encrypt({ input, output, path, size }, key)
    } catch (error) {
      rmSync(destination)
      throw error
    } finally {
      closeSync(output)
    }
  } finally {
    closeSync(input)
  }
}

/** What is hashed is what is encrypted: there is one reading, and so nothing to compare. */
function encryptSmallFile({ input, output, path, size }: OpenFile, key: CodeKey): EncryptedFile {
  const plain = readWhole(input, size)
  if (plain === undefined) throw fileChanged(path)
  const { head, payloadKey } = derivedHeader({ path, size, digest: plaintextDigest(plain) }, key)
  const cipher = new PayloadCipher(payloadKey)
  const hash = createHash('sha256')
  const sealed = Buffer.allocUnsafe(head.length + payloadSize(Math.min(size, blockSize)))
  let [begin, written] = [head.copy(sealed), 0]
  for (let at = 0; at === 0 || at < size; at += blockSize) {
    const block = plain.subarray(at, at + blockSize)
    const end = begin + cipher.block(block, at + blockSize >= size, sealed.subarray(begin))
    hash.update(sealed.subarray(0, end))
    for (let done = 0; done < end;) done += writeSync(output, sealed, done, end - done)
    written += end
    begin = 0
  }
  return { size: written, sha256: hash.digest('hex') }
}

/** One for all files, of which only what was read takes memory: the garbage collector lets such buffers lie too long. */
let buffer: Buffer | undefined

/** All of a file that has that size, or undefined if it has another. What it had is gone when the next one is read. */
function readWhole(input: number, size: number): Buffer | undefined {
  buffer ??= Buffer.allocUnsafeSlow(small + 1)
  let filled = 0
  for (let read = -1; read !== 0 && filled <= size; filled += read) {
    read = readSync(input, buffer, filled, size + 1 - filled, null)
  }
  return filled === size ? buffer.subarray(0, size) : undefined
}

function readable<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    const found = (cause as NodeJS.ErrnoException).code ?? ''
    const gone = found === 'ENOENT'
    const code = gone ? 'package/file-changed-while-read' : 'package/unreadable'
    throw new MseError(code, `${path} ${gone ? 'has vanished' : 'cannot be read'}`, { found, cause })
  }
}
