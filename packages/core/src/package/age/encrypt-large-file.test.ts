import { createHash } from 'node:crypto'
import {
  appendFileSync,
  closeSync,
  createReadStream,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { refusal } from '../../testing/refuses.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { codeKeyFrom } from './code-key.ts'
import { decrypt } from './decrypt.ts'
import { derivedHeader, type EncryptedFile } from './derived-header.ts'
import { encryptFile } from './encrypt-file.ts'
import { encryptLargeFile } from './encrypt-large-file.ts'
import { identityFrom } from './keys.ts'
import { PayloadCipher, payloadSize } from './payload.ts'
import { plaintextDigest } from './plaintext-digest.ts'

const folder = temporaryFolder()
const at = (name: string): string => join(folder(), name)
const secret = Buffer.alloc(32, 7)
const key = codeKeyFrom(secret)
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const MiB = 1 << 20

/** Different everywhere, so that chunks in another order would show. */
function content(size: number): Buffer {
  const bytes = Buffer.alloc(size, 'mse')
  for (let at = 0; at + 4 <= size; at += 4096) bytes.writeUInt32LE(at, at)
  return bytes
}

/** The same in one piece, by other code than that of the threads. */
function expected(plain: Buffer): Buffer {
  const derived = derivedHeader({ path: 'a.bin', size: plain.length, digest: plaintextDigest(plain) }, key)
  const payload = Buffer.alloc(payloadSize(plain.length))
  new PayloadCipher(derived.payloadKey).block(plain, true, payload)
  return Buffer.concat([derived.head, payload])
}

/** Whatever its size, in threads. */
async function encryptInThreads(output = openSync(at('out'), 'wx')): Promise<EncryptedFile> {
  const input = openSync(at('plain'), 'r')
  try {
    return await encryptLargeFile({ input, output, path: 'a.bin', size: fstatSync(input).size }, key)
  } finally {
    for (const one of [input, output]) closeSync(one)
  }
}

it.each([MiB + 1, 2 * MiB - 1, 2 * MiB, 5 * MiB, 9 * MiB + 77])(
  '%d bytes, in threads, are what they are in one piece',
  async (size) => {
    const plain = content(size)
    writeFileSync(at('plain'), plain)
    const written = await encryptInThreads()
    const file = readFileSync(at('out'))
    expect(file.equals(expected(plain))).toBe(true)
    expect(written).toEqual({ size: file.length, sha256: sha256(file) })
  },
)

it.each([32 * MiB, 32 * MiB + 1, 65 * MiB + 3])('%d bytes: the largest in one piece, and larger ones', async (size) => {
  const plain = content(size)
  writeFileSync(at('plain'), plain)
  const written = await encryptFile(at('plain'), at('out'), 'a.bin', key)
  const file = readFileSync(at('out'))
  expect(file.equals(expected(plain))).toBe(true)
  expect(written).toEqual({ size: file.length, sha256: sha256(file) })

  const opened = createHash('sha256')
  for await (const chunk of decrypt(createReadStream(at('out')), [identityFrom(secret)])) opened.update(chunk)
  expect(opened.digest('hex')).toBe(sha256(plain))
})

/** Changes the file again and again for as long as it is being encrypted. */
async function encryptWhile(change: () => void): Promise<void> {
  writeFileSync(at('plain'), Buffer.alloc(65 * MiB))
  const timer = setInterval(change, 1)
  await expect(encryptFile(at('plain'), at('out'), 'a', key))
    .rejects.toThrow(refusal('package/file-changed-while-read'))
    .finally(() => clearInterval(timer))
  expect(existsSync(at('out'))).toBe(false)
}

it.each([
  ['first', 0],
  ['last', 65 * MiB - 1],
])('a file whose %s byte changes between the two readings leaves nothing', async (_, position) => {
  let count = 0
  await encryptWhile(() => {
    const plain = openSync(at('plain'), 'r+')
    writeSync(plain, Buffer.from([(count += 1)]), 0, 1, position)
    closeSync(plain)
  })
})

it('a file that grows without end is not followed, and leaves nothing', () =>
  encryptWhile(() => appendFileSync(at('plain'), Buffer.alloc(MiB))))

it('a file that is cut while it is read leaves nothing', () => encryptWhile(() => truncateSync(at('plain'), MiB)))

// The thread that encrypts waits for free slots then, and is ended all the same.
it('a disk that is full is said to be', async () => {
  writeFileSync(at('plain'), Buffer.alloc(9 * MiB))
  await expect(encryptInThreads(openSync('/dev/full', 'w'))).rejects.toThrow(refusal('ENOSPC'))
})
