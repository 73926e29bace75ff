import { spawnSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bin } from './support/mse.ts'

/** `mse keygen --signing` and `mse sign`, as people type them. */
const vectors = join(import.meta.dirname, '../spec/vectors/gramine')
let folder: string
const at = (name: string): string => join(folder, name)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mse-sign-commands-'))
  cpSync(join(vectors, 'shared'), at('shared'), { recursive: true })
  writeFileSync(at('pass.txt'), 'correct horse\nsecond line\n', { mode: 0o600 })
})
afterEach(() => rmSync(folder, { recursive: true }))

interface Run {
  readonly code: number | null
  readonly out: string
  readonly err: string
  /** Of the error, or undefined. */
  readonly error: string | undefined
}

function mse(words: readonly string[], input = ''): Run {
  const env = { PATH: process.env['PATH'], HOME: folder }
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...words], { cwd: folder, env, input })
  const err = stderr.toString()
  return { code: status, out: stdout.toString(), err, error: /\(([a-z]+\/[a-z-]+)\)$/m.exec(err)?.[1] }
}

describe('keygen --signing', () => {
  const keygen = ['keygen', '--signing', '--passphrase', 'pass.txt', '--output', 'signing.pem']

  it('makes a key that is encrypted, for its owner alone, and prints who signs', () => {
    const { out, code } = mse(keygen)
    expect(code).toBe(0)
    expect(out).toMatch(/^[0-9a-f]{64}\n$/)
    expect(statSync(at('signing.pem')).mode & 0o777).toBe(0o600)
    expect(readFileSync(at('signing.pem'), 'utf8')).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/)
    const shown = mse(['keygen', '--signing', '--public', 'signing.pem', '--passphrase', '-'], 'correct horse\n')
    expect(shown.out).toMatch(/^-----BEGIN PUBLIC KEY-----\n/)
    expect(shown.err).toContain(out.trim())
  })

  it('writes no key in clear', () => {
    expect(mse(['keygen', '--signing', '--output', 'signing.pem'])).toMatchObject({ code: 2, error: 'usage/missing' })
    expect(existsSync(at('signing.pem'))).toBe(false)
  })

  it('refuses an empty passphrase', () => {
    const words = ['keygen', '--signing', '--output', 'signing.pem', '--passphrase', '-']
    expect(mse(words, '\n')).toMatchObject({ code: 4, error: 'signing/passphrase' })
  })

  it('refuses a passphrase that other users can read', () => {
    chmodSync(at('pass.txt'), 0o644)
    expect(mse(keygen)).toMatchObject({ code: 4, error: 'owner/key-permissions' })
  })

  it('does not overwrite a key', () => {
    writeFileSync(at('signing.pem'), 'mine')
    expect(mse(keygen)).toMatchObject({ code: 2, error: 'usage/exists' })
    expect(readFileSync(at('signing.pem'), 'utf8')).toBe('mine')
  })
})

describe('sign', () => {
  const key = 'shared/test-key-e3.pem'
  const golden = join(vectors, 'v05-edmm-4g-cpu-features')
  const sign = ['sign', 'app.manifest', '--loader', 'shared/tiny-c.so', '--date', '2024-02-29']

  beforeEach(() => {
    cpSync(join(golden, 'app.manifest'), at('app.manifest'))
    const [libsysdb] = JSON.parse(readFileSync(join(golden, 'tree.json'), 'utf8')) as { path: string; text: string }[]
    writeFileSync(at('libsysdb.so'), libsysdb?.text ?? '')
  })

  it('writes what Gramine’s own tool wrote, byte for byte, and prints MRENCLAVE', () => {
    const { out, err, code } = mse([...sign, '--key', key])
    expect(code, err).toBe(0)
    expect(readFileSync(at('app.manifest.sgx')).equals(readFileSync(join(golden, 'app.manifest.sgx')))).toBe(true)
    expect(readFileSync(at('app.sig')).equals(readFileSync(join(golden, 'app.sig')))).toBe(true)
    expect(out.trim()).toBe(readFileSync(at('app.sig')).toString('hex', 960, 992))
  })

  it('does the same with a program that has the key', () => {
    const program = `const c = require('node:crypto'), f = require('node:fs')
      process.stdout.write(c.sign('sha256', f.readFileSync(0), f.readFileSync('${at(key)}')))`
    writeFileSync(at('hsm.cjs'), program)
    writeFileSync(at('public.pem'), createPublicKey(readFileSync(at(key))).export({ type: 'spki', format: 'pem' }))
    const hsm = ['--signing-command', `${process.execPath} hsm.cjs`, '--public-key', 'public.pem']
    const { err, code } = mse([...sign, ...hsm])
    expect(code, err).toBe(0)
    expect(readFileSync(at('app.sig')).equals(readFileSync(join(golden, 'app.sig')))).toBe(true)
    writeFileSync(at('hsm.cjs'), `process.stdout.write('0'.repeat(384))`)
    expect(mse([...sign, ...hsm, '--force'])).toMatchObject({ code: 3, error: 'signing/signature' })
  })

  it('warns of a manifest that protects nothing', () => {
    expect(mse([...sign, '--key', key]).err).toContain('the manifest would not protect the application')
  })

  it.each([
    ['no signer', [], 2, 'usage/missing'],
    ['two signers', ['--key', key, '--signing-command', 'x'], 2, 'usage/conflict'],
    ['a program without a public key', ['--signing-command', 'x'], 2, 'usage/missing'],
    ['a key that is not there', ['--key', 'nope.pem'], 1, 'signing/key'],
    ['a date that does not exist', ['--key', key, '--date', '2024-02-30'], 2, 'sigstruct/date'],
    ['a loader that is none', ['--key', key, '--loader', 'app.manifest'], 1, 'enclave/loader'],
  ])('is refused with %s, and writes nothing', (_what, words, code, error) => {
    expect(mse([...sign, ...words])).toMatchObject({ code, error })
    expect(existsSync(at('app.sig'))).toBe(false)
  })

  it.each(['app.sig', 'app.manifest.sgx'])('does not overwrite %s, nor write the other one', (name) => {
    writeFileSync(at(name), 'mine')
    expect(mse([...sign, '--key', key])).toMatchObject({ code: 2, error: 'usage/exists' })
    expect(readFileSync(at(name), 'utf8')).toBe('mine')
    expect(existsSync(at('app.sig')) && existsSync(at('app.manifest.sgx'))).toBe(false)
  })
})
