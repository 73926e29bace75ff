import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { codeKeyFrom } from '../package/age/code-key.ts'
import { refusal } from '../testing/refuses.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import type { Secrets } from './bundle.ts'
import { secretsDigest } from './digest.ts'
import { readJsonFile, readSecrets } from './read-secrets.ts'

const folder = temporaryFolder()
const at = (name: string): string => join(folder(), name)

describe('readSecrets', () => {
  it('gives the bytes of the files as they are', async () => {
    writeFileSync(at('a'), '{ "login" : "guest" }\n')
    writeFileSync(at('b'), '[]')
    const now = new Date('2026-06-15T12:00:00Z')
    const tls = { mode: 'enclave', certificateFile: undefined, privateKeyFile: undefined, domain: undefined } as const
    const read = await readSecrets({ secretsFile: at('a'), secretsToSealFile: at('b'), tls }, now)
    expect(read).toEqual({ secrets: Buffer.from('{ "login" : "guest" }\n'), sealed: Buffer.from('[]') })
    const none = await readSecrets({ secretsFile: undefined, secretsToSealFile: undefined, tls }, now)
    expect(none).toEqual({ secrets: undefined, sealed: undefined })
  })

  it.each([
    ['half of JSON', '{"password":"correct horse"'],
    ['something else', 'correct horse'],
    ['nothing', ''],
    ['bytes that are not UTF-8', Buffer.from('{"password":"correct hors\xe9"}', 'latin1')],
  ])('a file that holds %s is refused, and what it says is not shown', async (_, content) => {
    writeFileSync(at('secrets.json'), content)
    const error: unknown = await readJsonFile(at('secrets.json')).catch((caught: unknown) => caught)
    expect(error).toEqual(refusal('project/secrets-not-json'))
    const { message, found, expected, next, cause } = error as Record<string, unknown>
    expect(JSON.stringify({ message, found, expected, next, cause: String(cause) })).not.toContain('horse')
  })

  it.each(['absent', 'folder'])('a file that cannot be read: %s', async (name) => {
    mkdirSync(at('folder'))
    await expect(readJsonFile(at(name))).rejects.toThrow(refusal('project/secrets-unreadable'))
  })
})

describe('secretsDigest', () => {
  const key = codeKeyFrom(Buffer.alloc(32, 1))
  const bytes = (text: string | undefined): Uint8Array | undefined =>
    text === undefined ? undefined : Buffer.from(text)
  const of = (secrets: string | undefined, sealed: string | undefined): Secrets => ({
    secrets: bytes(secrets),
    sealed: bytes(sealed),
  })

  it('tells every change, and where the one file ends and the other begins', () => {
    const all: [string | undefined, string | undefined][] = [
      [undefined, undefined],
      ['', undefined],
      [undefined, ''],
      ['', ''],
      ['a', undefined],
      [undefined, 'a'],
      ['a', ''],
      ['', 'a'],
      ['ab', 'c'],
      ['a', 'bc'],
      ['absent', undefined],
      ['1\0a', ''],
      ['', '1\0a'],
    ]
    const digests = all.map(([secrets, sealed]) => secretsDigest(of(secrets, sealed), key))
    expect(new Set(digests).size).toBe(all.length)
    expect(secretsDigest(of('a', 'b'), key)).toBe(secretsDigest(of('a', 'b'), key))
  })

  it('tells nothing without the code key', () => {
    expect(secretsDigest(of('a', 'b'), key)).not.toBe(secretsDigest(of('a', 'b'), codeKeyFrom(Buffer.alloc(32, 2))))
  })
})
