import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { refusal } from '../../../testing/refuses.ts'
import { temporaryFolder } from '../../../testing/temporary-folder.ts'
import { insertDefaults } from '../manifest/insert-defaults.ts'
import { readDocument } from '../toml/read-document.ts'
import type { Table } from '../toml/value.ts'
import { sigstructBody } from './sigstruct-body.ts'
import { encodeDate } from './date.ts'
import { readSigstruct } from './read-sigstruct.ts'
import { signSigstruct } from './sign-sigstruct.ts'
import { signerFromCommand, type SigningCommand } from './signing-command.ts'
import { makeSigningKey, signerFromPem } from './signing-key.ts'

const shared = join(import.meta.dirname, '../../../../../../spec/vectors/gramine/shared')
const pem = readFileSync(join(shared, 'test-key-e3.pem'), 'utf8')
const other = readFileSync(join(shared, 'test-key2-e3.pem'), 'utf8')
const folder = temporaryFolder()

function manifest(sgx = ''): Table {
  const document = readDocument(`[sgx]\n${sgx}`)
  insertDefaults(document, 'file:/libsysdb.so')
  return document
}

const body = (): Buffer => sigstructBody(manifest(), Buffer.alloc(32, 7), '2024-02-29')
const signed = (): Promise<Buffer> => signSigstruct(body(), signerFromPem(pem, undefined))

describe('a SIGSTRUCT is refused', () => {
  it.each([
    ['with another measurement put in', 960, 'sigstruct/signature'],
    ['with the debug bit set afterwards', 928, 'sigstruct/signature'],
    ['with a higher security version', 1026, 'sigstruct/signature'],
    ['with another date', 23, 'sigstruct/signature'],
    ['with another modulus', 128, 'sigstruct/signature'],
    ['with another exponent', 512, 'sigstruct/signature'],
    ['with another signature', 516, 'sigstruct/signature'],
    ['with another Q1', 1040, 'sigstruct/signature'],
    ['with another Q2', 1424, 'sigstruct/signature'],
    ['with another header', 4, 'sigstruct/malformed'],
    ['with another second header', 24, 'sigstruct/malformed'],
    ['of another vendor', 16, 'sigstruct/malformed'],
    ['with bytes where there are none', 100, 'sigstruct/malformed'],
    ['with bytes between the signed parts', 1030, 'sigstruct/malformed'],
  ])('%s', async (_attack, at, code) => {
    const bytes = await signed()
    expect(readSigstruct(bytes).date).toBe('2024-02-29')
    bytes[at] = (bytes[at] ?? 0) ^ 2
    expect(() => readSigstruct(bytes)).toThrow(refusal(code))
  })

  it('that is cut off', async () => {
    const bytes = await signed()
    expect(() => readSigstruct(bytes.subarray(0, 1807))).toThrow(refusal('sigstruct/malformed'))
  })
})

describe('what cannot be signed is refused', () => {
  it.each([
    ['a product id of 17 bits', 'isvprodid = 65536'],
    ['a negative security version', 'isvsvn = -1'],
    ['a product id that is a word', 'isvprodid = "1"'],
    ['a misspelt wish for AVX', 'cpu_features.avx = "requird"'],
    ['MPX left open', 'cpu_features.mpx = "unspecified"'],
  ])('%s', (_what, sgx) => {
    expect(() => sigstructBody(manifest(sgx), Buffer.alloc(32), '2024-02-29')).toThrow(refusal('manifest/value'))
  })

  it.each(['2024-02-30', '2024-13-01', '0000-01-01', '24-02-29', '2024-2-9', '', 'today'])('the date %j', (date) => {
    expect(() => encodeDate(date)).toThrow(refusal('sigstruct/date'))
  })
})

describe('keys', () => {
  let encrypted: string
  beforeAll(async () => {
    encrypted = await makeSigningKey('correct horse')
  })

  it('are encrypted at rest, and open with their passphrase alone', () => {
    expect(encrypted).toContain('BEGIN ENCRYPTED PRIVATE KEY')
    expect(signerFromPem(encrypted, 'correct horse').publicKey.asymmetricKeyDetails).toEqual({
      modulusLength: 3072,
      publicExponent: 3n,
    })
  })

  it.each([['none'], ['a wrong one', 'battery staple'], ['an empty one', '']])(
    'are refused with a passphrase that is %s',
    (_what, passphrase?: string) => {
      expect(() => signerFromPem(encrypted, passphrase)).toThrow(refusal('signing/passphrase'))
    },
  )

  const make = (bits: number, exponent: number): string => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits, publicExponent: exponent })
    return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  }

  it.each([
    ['of 2048 bits', () => make(2048, 3)],
    ['with the usual exponent', () => make(3072, 65537)],
    ['on a curve', () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['that is none', () => 'hello'],
  ])('%s are refused', (_what, make) => {
    expect(() => signerFromPem(make(), undefined)).toThrow(refusal('signing/key'))
  })
})

describe('a signing command', () => {
  const publicKey = signerFromPem(pem, undefined).publicKey.export({ type: 'spki', format: 'pem' }).toString()

  /** A program that signs as an HSM would, in Node.js; `sign` makes the answer from `data`, `key` and `crypto`. */
  function command(sign: string, more: Partial<SigningCommand> = {}): SigningCommand {
    const program = join(folder(), 'sign.cjs')
    const prologue = `const crypto = require('node:crypto'), data = require('node:fs').readFileSync(0), key = ${JSON.stringify(pem)}\n`
    writeFileSync(program, `${prologue}process.stdout.write(${sign})`)
    const { signal } = new AbortController()
    return { command: [process.execPath, program], publicKey, input: 'data', env: {}, signal, ...more }
  }

  it('that gets the data gives the same bytes as the key itself', async () => {
    const settings = command(`crypto.sign('sha256', data, key)`)
    expect((await signSigstruct(body(), signerFromCommand(settings))).equals(await signed())).toBe(true)
  })

  it('that gets the digest does as well', async () => {
    const info = '3031300d060960864801650304020105000420'
    const settings = command(
      `crypto.privateEncrypt({ key, padding: crypto.constants.RSA_PKCS1_PADDING }, Buffer.concat([Buffer.from('${info}', 'hex'), data]))`,
      { input: 'digest' },
    )
    expect((await signSigstruct(body(), signerFromCommand(settings))).equals(await signed())).toBe(true)
  })

  it.each([
    ['signs something else', `crypto.sign('sha256', Buffer.from('x'), key)`],
    ['signs with another key', `crypto.sign('sha256', data, ${JSON.stringify(other)})`],
    [
      'signs with another padding',
      `crypto.sign('sha256', data, { key, padding: crypto.constants.RSA_PKCS1_PSS_PADDING })`,
    ],
    ['answers in hex', `crypto.sign('sha256', data, key).toString('hex')`],
    ['answers nothing', `''`],
  ])('is refused that %s', async (_attack, sign) => {
    const signer = signerFromCommand(command(sign))
    await expect(signSigstruct(body(), signer)).rejects.toEqual(refusal('signing/signature'))
  })

  it.each([
    ['fails', { command: ['false'] }],
    ['does not exist', { command: ['/nowhere/sign'] }],
    ['never stops answering', { command: ['cat', '/dev/zero'] }],
  ] as const)('is refused that %s', async (_what, more) => {
    const signer = signerFromCommand(command(`''`, more))
    await expect(signSigstruct(body(), signer)).rejects.toEqual(refusal('signing/command'))
  })

  it('ends when it is no longer wanted', async () => {
    const controller = new AbortController()
    const signer = signerFromCommand(command(`''`, { command: ['sleep', '60'], signal: controller.signal }))
    const answer = signSigstruct(body(), signer)
    controller.abort()
    await expect(answer).rejects.toThrow(/abort/)
  })

  it('without a public key is refused', () => {
    expect(() => signerFromCommand(command(`''`, { publicKey: 'hello' }))).toThrow(refusal('signing/key'))
  })
})
