import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { refusal } from '../../testing/refuses.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { codeKeyFrom } from './code-key.ts'
import { encryptFile } from './encrypt-file.ts'

const folder = temporaryFolder()
const key = codeKeyFrom(Buffer.alloc(32, 7))
const at = (name: string): string => join(folder(), name)
const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

it('writes the same bytes twice, and says what it wrote', async () => {
  writeFileSync(at('plain'), Buffer.alloc(3 << 20, 'mse'))
  const [first, second] = [
    await encryptFile(at('plain'), at('first'), 'a.bin', key),
    await encryptFile(at('plain'), at('second'), 'a.bin', key),
  ]
  expect(first).toEqual(second)
  expect(first).toEqual({ size: readFileSync(at('first')).length, sha256: sha256(at('first')) })
  expect(sha256(at('second'))).toBe(first.sha256)
})

it('writes unrelated bytes for another path, another key, and another byte at the end', async () => {
  writeFileSync(at('plain'), 'x'.repeat(100))
  writeFileSync(at('other'), `${'x'.repeat(99)}y`)
  await encryptFile(at('plain'), at('1'), 'a.py', key)
  await encryptFile(at('plain'), at('2'), 'b.py', key)
  await encryptFile(at('plain'), at('3'), 'a.py', codeKeyFrom(Buffer.alloc(32, 8)))
  await encryptFile(at('other'), at('4'), 'a.py', key)
  const payloads = ['1', '2', '3', '4'].map((name) => readFileSync(at(name)).subarray(-116, -16))
  for (const [one, other] of payloads.flatMap((one, at) =>
    payloads.slice(at + 1).map((other) => [one, other] as const),
  )) {
    const equal = one.filter((byte, at) => byte === other[at]).length
    expect(equal).toBeLessThan(20)
  }
})

it('a file of the kernel, which has no size and a content, is no file to package', async () => {
  const source = '/proc/sys/kernel/random/uuid'
  await expect(encryptFile(source, at('out'), 'uuid', key)).rejects.toThrow(refusal('package/file-changed-while-read'))
})

it('a file that has vanished since it was listed', async () => {
  await expect(encryptFile(at('gone'), at('out'), 'gone', key)).rejects.toThrow(
    refusal('package/file-changed-while-read'),
  )
})

it('does not overwrite what is there, and does not follow a link', async () => {
  writeFileSync(at('plain'), 'x')
  writeFileSync(at('out'), 'mine')
  await expect(encryptFile(at('plain'), at('out'), 'a', key)).rejects.toThrow(refusal('EEXIST'))
  expect(readFileSync(at('out'), 'utf8')).toBe('mine')
})
