import { codeKeyFrom } from '@mse/core/package/age/code-key'
import { encryptFile } from '@mse/core/package/age/encrypt-file'
import { encryptBytes } from '@mse/core/package/age/encrypt-bytes'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasAge, openWithAge, openWithTypage, type OpenAge } from './age-tools.ts'
import { readVectors, refuseUnknown } from './read-vectors.ts'
import { fixedBytes } from './vectors/making/fixed.ts'

interface AgeCase {
  readonly name: string
  readonly expect: 'ok' | 'refused'
  /** Hex. */
  readonly code_key: string
  readonly path?: string
  readonly plaintext?: string
  readonly plaintext_seed?: string
  readonly plaintext_size?: number
  readonly size?: number
  readonly sha256?: string
  readonly age?: string
  readonly any_age?: boolean
}

const cases = readVectors<AgeCase>('age.json')
const tools: readonly (readonly [string, OpenAge])[] = [
  ['age-encryption', openWithTypage],
  ...(hasAge ? [['age', openWithAge] as const] : []),
]
it.skipIf(hasAge)(
  'is not compared with the age command, which is not installed: sudo apt-get install age',
  () => undefined,
)

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mse-age-test-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

let count = 0
async function encrypt(plaintext: Uint8Array, path: string, secret: Uint8Array) {
  const [source, target] = [join(folder, `plain-${(count += 1)}`), join(folder, `cipher-${count}`)]
  writeFileSync(source, plaintext)
  return { ...(await encryptFile(source, target, path, codeKeyFrom(secret))), file: readFileSync(target) }
}

describe('age.json: what is written', () => {
  it.each(cases.filter((one) => one.expect === 'ok'))('$name', async ({ name: _, expect: __, ...given }) => {
    const { code_key, path = '', plaintext, plaintext_seed, plaintext_size, size, sha256, age, ...unknown } = given
    refuseUnknown(unknown)
    const secret = Buffer.from(code_key, 'hex')
    const plain =
      plaintext === undefined
        ? fixedBytes(plaintext_seed as string, plaintext_size as number)
        : Buffer.from(plaintext, 'base64')

    const written = await encrypt(plain, path, secret)
    expect(written).toMatchObject({ size, sha256 })
    expect(createHash('sha256').update(written.file).digest('hex')).toBe(sha256)
    if (age !== undefined) expect(written.file.toString('base64')).toBe(age)

    for (const [tool, open] of tools) {
      const opened = await open(written.file, secret)
      expect(opened.equals(plain), `${tool} opens it`).toBe(true)
      await expect(open(written.file, Buffer.alloc(32, 7)), `${tool} with another key`).rejects.toThrow()
    }
  })
})

describe('age.json: what is refused', () => {
  it.each(cases.filter((one) => one.expect !== 'ok'))('$name', async ({ name: _, ...given }) => {
    const { expect: refused, code_key, age = '', any_age, ...unknown } = given
    refuseUnknown(unknown)
    expect(refused).toBe('refused')
    const [file, secret] = [Buffer.from(age, 'base64'), Buffer.from(code_key, 'hex')]
    for (const [tool, open] of tools) {
      const opened = await open(file, secret).then(
        () => true,
        () => false,
      )
      // The package reads armor only when asked to.
      const armored = file.toString().startsWith('-----') && tool === 'age-encryption'
      expect(opened, `${tool} opens it`).toBe(any_age === true && !armored)
    }
  })
})

describe('random age', () => {
  it.each([0, 1, 65535, 65536, 65537, 131072])('%d bytes: every age tool opens it', async (size) => {
    const plain = fixedBytes('random age', size)
    const secret = fixedBytes('a secret', 32)
    const { recipient } = codeKeyFrom(secret)
    const sealed = [encryptBytes(plain, recipient), encryptBytes(plain, recipient)] as const
    expect(sealed[0].equals(sealed[1])).toBe(false)
    for (const [tool, open] of tools) expect((await open(sealed[0], secret)).equals(plain), tool).toBe(true)
  })
})
