import { createHash } from 'node:crypto'
import { closeSync, createReadStream, existsSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { refusal } from '../../testing/refuses.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { codeKeyFrom } from './code-key.ts'
import { decrypt } from './decrypt.ts'
import { derivedHeader } from './derived-header.ts'
import { encryptFile } from './encrypt-file.ts'
import { identityFrom } from './keys.ts'
import { payloadSize } from './payload.ts'

const folder = temporaryFolder()
const at = (name: string): string => join(folder(), name)
const secret = Buffer.alloc(32, 7)
const key = codeKeyFrom(secret)
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()
const MiB = 1 << 20

/** Different everywhere, so that chunks in another order would show. */
function content(size: number): Buffer {
  const bytes = Buffer.alloc(size, 'mse')
  for (let at = 0; at + 4 <= size; at += 4096) bytes.writeUInt32LE(at, at)
  return bytes
}

it.each([MiB, MiB + 1, 2 * MiB - 1, 2 * MiB, 5 * MiB, 9 * MiB + 77, 64 * MiB, 65 * MiB + 3])(
  '%d bytes in blocks, hashed inline or in threads, are what they are in one piece',
  async (size) => {
    const plain = content(size)
    writeFileSync(at('plain'), plain)
    const written = await encryptFile(at('plain'), at('out'), 'a.bin', key)
    const file = readFileSync(at('out'))

    const { head, cipher } = derivedHeader({ path: 'a.bin', size, sha256: sha256(plain) }, key)
    const payload = Buffer.alloc(payloadSize(size))
    cipher.block(plain, true, payload)
    expect(file.equals(Buffer.concat([head, payload]))).toBe(true)
    expect(written).toEqual({ size: file.length, sha256: sha256(file).toString('hex') })

    const opened = createHash('sha256')
    for await (const chunk of decrypt(createReadStream(at('out')), [identityFrom(secret)])) opened.update(chunk)
    expect(opened.digest().equals(sha256(plain))).toBe(true)
  },
)

it('a file that changes while threads hash it leaves nothing', async () => {
  const size = 65 * MiB
  writeFileSync(at('plain'), Buffer.alloc(size))
  let count = 0
  const timer = setInterval(() => {
    const plain = openSync(at('plain'), 'r+')
    writeSync(plain, Buffer.from([(count += 1)]), 0, 1, size - 1)
    closeSync(plain)
  }, 1)
  const encrypting = encryptFile(at('plain'), at('out'), 'a', key)
  await expect(encrypting)
    .rejects.toThrow(refusal('package/file-changed-while-read'))
    .finally(() => clearInterval(timer))
  expect(existsSync(at('out'))).toBe(false)
})
