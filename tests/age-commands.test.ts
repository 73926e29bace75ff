import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bin } from './support/mse.ts'

/** `mse keygen`, `encrypt`, `decrypt`, `unseal`: as people type them, on files and on pipes. */
let folder: string
let recipient: string
const at = (name: string): string => join(folder, name)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mse-age-commands-'))
  recipient = mse(['keygen', '--output', 'key.txt']).out.toString().trim()
})
afterEach(() => rmSync(folder, { recursive: true }))

interface Run {
  readonly code: number | null
  readonly out: Buffer
  readonly err: string
  /** Of the error, or undefined. */
  readonly error: string | undefined
}

function mse(words: readonly string[], input: Uint8Array | string = ''): Run {
  const env = { PATH: process.env['PATH'], HOME: folder }
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...words], { cwd: folder, env, input })
  const err = stderr.toString()
  return { code: status, out: stdout, err, error: /\(([a-z]+\/[a-z-]+)\)$/m.exec(err)?.[1] }
}

describe('keygen', () => {
  it('prints the public key; the secret one is in a file for its owner alone', () => {
    expect(recipient).toMatch(/^age1[0-9a-z]{58}$/)
    expect(statSync(at('key.txt')).mode & 0o777).toBe(0o600)
    expect(readFileSync(at('key.txt'), 'utf8')).toMatch(
      /^# created: .*\n# public key: age1.*\nAGE-SECRET-KEY-1[0-9A-Z]{58}\n$/,
    )
    expect(mse(['keygen', '--public', 'key.txt']).out.toString()).toBe(`${recipient}\n`)
  })

  it('through a pipe: the secret key comes out, the public one is told', () => {
    const { out, err } = mse(['keygen'])
    writeFileSync(at('piped.txt'), out, { mode: 0o600 })
    expect(err).toBe(`public key: ${mse(['keygen', '--public', 'piped.txt']).out.toString()}`)
  })

  it('does not overwrite a key', () => {
    const before = readFileSync(at('key.txt'))
    expect(mse(['keygen', '--output', 'key.txt'])).toMatchObject({ code: 2, error: 'usage/exists' })
    expect(readFileSync(at('key.txt')).equals(before)).toBe(true)
    expect(mse(['keygen', '--output', 'key.txt', '--force']).code).toBe(0)
    expect(readFileSync(at('key.txt')).equals(before)).toBe(false)
  })

  it('puts no secret key into JSON', () => {
    expect(mse(['keygen', '--json'])).toMatchObject({ code: 2 })
    const { out } = mse(['keygen', '--json', '--output', 'other.txt'])
    expect(JSON.parse(out.toString())).toMatchObject({ data: { recipient: expect.stringMatching(/^age1/) as string } })
    expect(out.toString()).not.toContain('SECRET')
  })
})

describe('encrypt and decrypt', () => {
  const plain = Buffer.from([0, 1, 2, 255, 10, 13])

  it.each<[string, string[], string[]]>([
    ['files', ['plain', '-o', 'sealed'], ['sealed', '-o', 'opened']],
    ['files, armored', ['plain', '-o', 'sealed', '--armor'], ['sealed', '-o', 'opened']],
    ['a dash for standard input and output', ['-', '-o', '-'], ['-', '-o', '-']],
    ['pipes', [], []],
    ['pipes, armored', ['-a'], []],
  ])('%s', (_, encrypt, decrypt) => {
    writeFileSync(at('plain'), plain)
    const encrypted = mse(['encrypt', ...encrypt, '--recipient', recipient], plain)
    expect(encrypted).toMatchObject({ code: 0, err: '' })
    const decrypted = mse(['decrypt', ...decrypt, '--identity', 'key.txt'], encrypted.out)
    expect(decrypted).toMatchObject({ code: 0, err: '' })
    expect((existsSync(at('opened')) ? readFileSync(at('opened')) : decrypted.out).equals(plain)).toBe(true)
  })

  it('to several keys, of which each opens it', () => {
    const second = mse(['keygen', '-o', 'second.txt']).out.toString()
    mse(['keygen', '-o', 'third.txt'])
    writeFileSync(at('recipients'), `# a comment\n\n${second}`)
    const { out } = mse(['encrypt', '-r', recipient, '-R', 'recipients', '-i', 'third.txt'], plain)
    for (const key of ['key.txt', 'second.txt', 'third.txt']) {
      expect(mse(['decrypt', '-i', key], out).out.equals(plain), key).toBe(true)
    }
  })

  it('what was decrypted is for its owner alone', () => {
    const { out } = mse(['encrypt', '-r', recipient], plain)
    mse(['decrypt', '-i', 'key.txt', '-o', 'opened'], out)
    expect(statSync(at('opened')).mode & 0o777).toBe(0o600)
  })

  it('says in JSON what was written', () => {
    const { out } = mse(['encrypt', '-r', recipient, '-o', 'sealed', '--json'], plain)
    const data = { output: at('sealed'), bytes: statSync(at('sealed')).size }
    expect(JSON.parse(out.toString())).toMatchObject({ ok: true, data })
  })
})

describe('refused', () => {
  const sealed = (): Buffer => mse(['encrypt', '-r', recipient], Buffer.alloc(200_000)).out

  it.each<[string, (file: Buffer) => Buffer, string, number]>([
    ['truncated', (file) => file.subarray(0, -1), 'age/payload', 3],
    ['truncated at the end of a chunk', (file) => file.subarray(0, -(200_000 % 65_536) - 16), 'age/payload', 3],
    ['extended', (file) => Buffer.concat([file, Buffer.of(0)]), 'age/payload', 3],
    ['extended by itself', (file) => Buffer.concat([file, file]), 'age/payload', 3],
    ['two chunks swapped', swapChunks, 'age/payload', 3],
    ['no age file', () => Buffer.from('hello\n'), 'age/header', 3],
    ['nothing', () => Buffer.alloc(0), 'age/header', 3],
  ])('%s: no file is left', (_, change, error, code) => {
    const { error: found, code: exit } = mse(['decrypt', '-i', 'key.txt', '-o', 'opened'], change(sealed()))
    expect({ found, exit }).toEqual({ found: error, exit: code })
    expect(readdirSync(folder).filter((name) => name.startsWith('opened'))).toEqual([])
  })

  it('another key', () => {
    mse(['keygen', '-o', 'other.txt'])
    expect(mse(['decrypt', '-i', 'other.txt'], sealed())).toMatchObject({ code: 4, error: 'age/no-match' })
  })

  it.each<[string, string[], string]>([
    ['nobody to encrypt to', ['encrypt', 'key.txt'], 'usage/missing'],
    ['no key to decrypt with', ['decrypt', 'key.txt'], 'usage/missing'],
    ['a recipient that is none', ['encrypt', 'key.txt', '-r', 'age1x'], 'age/recipient'],
    ['a recipient of another kind', ['encrypt', 'key.txt', '-r', 'ssh-ed25519 AAAA'], 'age/recipient'],
    ['a recipients file that names nobody', ['encrypt', 'key.txt', '-R', 'empty'], 'age/recipients-file'],
    ['a file that is not there', ['encrypt', 'gone', '-i', 'key.txt'], 'usage/input'],
    ['a folder', ['encrypt', '.', '-i', 'key.txt'], 'usage/input'],
    ['a key that is not there', ['decrypt', 'key.txt', '-i', 'gone'], 'owner/key-unreadable'],
    ['a key file without a key', ['decrypt', 'key.txt', '-i', 'empty'], 'owner/key-malformed'],
    ['an application that this user does not have', ['decrypt', 'key.txt', '--application', 'x'], 'owner/no-code-key'],
    ['an output that exists', ['encrypt', 'key.txt', '-i', 'key.txt', '-o', 'key.txt'], 'usage/exists'],
    ['standard output that --json takes', ['encrypt', 'key.txt', '-i', 'key.txt', '--json'], 'usage/missing'],
  ])('%s', (_, words, error) => {
    writeFileSync(at('empty'), '\n', { mode: 0o600 })
    const { out, err, error: found } = mse(words)
    const json = words.includes('--json')
    expect(json ? (JSON.parse(out.toString()) as { error: { code: string } }).error.code : found).toBe(error)
    expect(err).not.toMatch(/AGE-SECRET-KEY-1[^…]/)
  })

  it('a key that others can read', () => {
    chmodSync(at('key.txt'), 0o644)
    expect(mse(['decrypt', '-i', 'key.txt'], sealed())).toMatchObject({ code: 4, error: 'owner/key-permissions' })
  })

  it('a secret key in place of a public one is not printed', () => {
    const secret = readFileSync(at('key.txt'), 'utf8').split('\n')[2] as string
    const { err, error } = mse(['encrypt', '-r', secret], 'x')
    expect(error).toBe('age/recipient')
    expect(err).not.toContain(secret.slice(20))
  })

  it('an age file that is no bundle, by unseal', () => {
    expect(mse(['unseal', '-i', 'key.txt'], sealed())).toMatchObject({ code: 3, error: 'provision/signature' })
  })
})

function swapChunks(file: Buffer): Buffer {
  const chunk = 65_536 + 16
  const begin = file.length - (200_000 % 65_536) - 16 - 3 * chunk
  const [first, second] = [file.subarray(begin, begin + chunk), file.subarray(begin + chunk, begin + 2 * chunk)]
  return Buffer.concat([file.subarray(0, begin), second, first, file.subarray(begin + 2 * chunk)])
}
