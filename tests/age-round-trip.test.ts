import { armor } from '@mse/core/package/age/armor'
import { codeKeyFrom } from '@mse/core/package/age/code-key'
import { decrypt } from '@mse/core/package/age/decrypt'
import { encrypt } from '@mse/core/package/age/encrypt'
import { encryptFile } from '@mse/core/package/age/encrypt-file'
import { encodeIdentity, encodeRecipient, identityFrom } from '@mse/core/package/age/keys'
import { Decrypter, Encrypter } from 'age-encryption'
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { closeSync, writeFileSync, writeSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from './support/mse.ts'

/**
 * Files of log-uniform sizes through every implementation there is, and back. MSE_SLOW=1: 200 files, 1 GB in all; otherwise a
 * twentieth of it.
 */
const [count, total] = process.env['MSE_SLOW'] === '1' ? [200, 1e9] : [30, 4e7]
const secret = createHash('sha256').update('round trip').digest()
const identity = identityFrom(secret)
const recipient = encodeRecipient(identity.publicValue)
const hasAge = spawnSync('age', ['--version']).status === 0
const python = join(root, 'enclave/.venv/bin/python')
const hasLauncher = existsSync(python)

let folder: string
const at = (name: string): string => join(folder, name)
const files: { readonly name: string; readonly size: number; readonly sha256: string }[] = []

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mse-round-trip-'))
  writeFileSync(at('identity'), `${encodeIdentity(secret)}\n`, { mode: 0o600 })
  for (const size of sizes()) {
    const name = `plain-${files.length}`
    files.push({ name, size, sha256: writeRandom(at(name), size) })
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

/** From one byte on, evenly spread in their logarithm, and so that they come to the total; and the borders of chunks. */
function sizes(): number[] {
  const sum = (largest: number): number => spread(largest).reduce((a, b) => a + b, 0)
  let [low, high] = [1, total]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (sum(middle) < total) low = middle
    else high = middle
  }
  return [0, 65_535, 65_536, 65_537, ...spread(low)]
}

function spread(largest: number): number[] {
  return Array.from({ length: count }, (_, at) => Math.round(largest ** (at / (count - 1))))
}

function writeRandom(path: string, size: number): string {
  const [hash, file] = [createHash('sha256'), openSync(path, 'wx')]
  for (let left = size; left > 0; left -= 1 << 20) {
    const block = randomBytes(Math.min(left, 1 << 20))
    hash.update(block)
    writeSync(file, block)
  }
  closeSync(file)
  return hash.digest('hex')
}

async function sha256(source: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const block of source) hash.update(block)
  return hash.digest('hex')
}

/** Through standard output: with --output, age 1.1 writes no file when the plaintext is empty. */
async function openedByAge(name: string): Promise<string> {
  const output = openSync(at('opened'), 'w')
  const args = ['--decrypt', '--identity', at('identity'), at(name)]
  const { status, stderr } = spawnSync('age', args, { stdio: ['ignore', output, 'pipe'] })
  closeSync(output)
  expect(stderr.toString()).toBe('')
  expect(status).toBe(0)
  return sha256(createReadStream(at('opened')))
}

const ours = (name: string): AsyncIterable<Uint8Array> => decrypt(createReadStream(at(name)), [identity])
const slow = { timeout: 600_000 }

/** Writes each file in one way, and opens it in every other. */
function roundTrip(suffix: string, write: (name: string) => Promise<void>, forLauncher = true): void {
  it('writes', slow, async () => {
    for (const { name } of files) await write(name)
  })
  it('mse opens it', slow, async () => {
    for (const { name, sha256: expected } of files) expect(await sha256(ours(`${name}.${suffix}`)), name).toBe(expected)
  })
  it.skipIf(!hasAge)('age opens it', slow, async () => {
    for (const { name, sha256: expected } of files) {
      expect(await openedByAge(`${name}.${suffix}`), name).toBe(expected)
    }
  })
  it('age-encryption opens it', slow, async () => {
    const decrypter = new Decrypter()
    decrypter.addIdentity(encodeIdentity(secret))
    // In JavaScript alone, and whole: the larger ones would take minutes.
    for (const { name, sha256: expected } of files.filter(({ size }) => size < 8e6)) {
      const opened = await decrypter.decrypt(readFileSync(at(`${name}.${suffix}`)))
      expect(createHash('sha256').update(opened).digest('hex'), name).toBe(expected)
    }
  })
  it.skipIf(!hasLauncher || !forLauncher)('the launcher opens it', slow, async () => {
    const pairs = files.flatMap(({ name }) => [at(`${name}.${suffix}`), at(`${name}.opened`)])
    must(python, [join(root, 'enclave/tests/open_age_files.py'), secret.toString('hex'), ...pairs])
    for (const { name, sha256: expected } of files) {
      expect(await sha256(createReadStream(at(`${name}.opened`))), name).toBe(expected)
      rmSync(at(`${name}.opened`))
    }
  })
  it('is done with', () => {
    for (const { name } of files) rmSync(at(`${name}.${suffix}`))
  })
}

function must(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args)
  expect(stderr.toString()).toBe('')
  expect(status).toBe(0)
}

describe('deterministic, as code in a package', () => {
  const key = codeKeyFrom(secret)
  roundTrip('code', async (name) => void (await encryptFile(at(name), at(`${name}.code`), name, key)))
})

describe('random, as of mse encrypt', () => {
  roundTrip('age', async (name) => {
    const sealed = encrypt(createReadStream(at(name)), [identity.publicValue], randomBytes)
    await pipeline(sealed, createWriteStream(at(`${name}.age`)))
  })
})

describe('armored', () => {
  const write = async (name: string): Promise<void> => {
    const sealed = encrypt(createReadStream(at(name)), [identity.publicValue], randomBytes)
    await pipeline(armor(sealed), createWriteStream(at(`${name}.txt`)))
  }
  it('age-encryption opens armor only when asked to; age and mse see for themselves', slow, async () => {
    for (const { name, sha256: expected } of files) {
      await write(name)
      expect(await sha256(ours(`${name}.txt`)), name).toBe(expected)
      if (hasAge) expect(await openedByAge(`${name}.txt`), name).toBe(expected)
      rmSync(at(`${name}.txt`))
    }
  })
})

describe.skipIf(!hasAge)('by age', () => {
  roundTrip('age', async (name) => must('age', ['--recipient', recipient, '--output', at(`${name}.age`), at(name)]))
})

describe('by age-encryption', () => {
  const encrypter = new Encrypter()
  encrypter.addRecipient(recipient)
  it('mse opens it', slow, async () => {
    for (const { name, sha256: expected } of files.filter(({ size }) => size < 8e6)) {
      writeFileSync(at('sealed'), await encrypter.encrypt(readFileSync(at(name))))
      expect(await sha256(ours('sealed')), name).toBe(expected)
    }
  })
})

it.skipIf(hasAge)(
  'is not compared with the age command, which is not installed: sudo apt-get install age',
  () => undefined,
)
it.skipIf(hasLauncher)('is not compared with the launcher, whose environment npm test makes', () => undefined)
