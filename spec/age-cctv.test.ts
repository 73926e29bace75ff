import { armor, unarmor } from '@mse/core/package/age/armor'
import { ByteSource } from '@mse/core/package/age/byte-source'
import { decrypt, decryptPayload } from '@mse/core/package/age/decrypt'
import { encryptPayload } from '@mse/core/package/age/encrypt'
import { encodeHeader, readHeader } from '@mse/core/package/age/header'
import { decodeIdentities, identityFrom } from '@mse/core/package/age/keys'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ageVectors, type AgeVector } from './read-cctv.ts'

/** What a vector expects, in our codes. */
const codes: Readonly<Record<AgeVector['expect'], string | undefined>> = {
  success: undefined,
  'no match': 'age/no-match',
  'HMAC failure': 'age/mac',
  'header failure': 'age/header',
  'payload failure': 'age/payload',
  'armor failure': 'age/armor',
}

const isPostQuantum = ({ identities }: AgeVector): boolean => identities.some((one) => one.includes('-PQ-'))
const [forPassphrases, others] = split(ageVectors, ({ passphrases }) => passphrases.length > 0)
const [postQuantum, x25519] = split(others, isPostQuantum)

it('there are as many vectors as there were when this was written, or more', () => {
  expect(x25519.length).toBeGreaterThanOrEqual(96)
  expect(forPassphrases.length).toBeGreaterThanOrEqual(25)
  expect(postQuantum.length).toBeGreaterThanOrEqual(18)
})

describe('the reader', () => {
  it.each(x25519)('$name', async (vector) => {
    // What only its armor tells as an age file is not recognised without its first line.
    const code = vector.name === 'armor_garbage_leading' ? 'age/header' : codes[vector.expect]
    const sizes = vector.file.length > 20_000 ? [vector.file.length, 65_536, 1000] : [vector.file.length, 7, 1]
    for (const size of sizes) {
      const { released, error } = await open(vector, size)
      expect(error, `in blocks of ${size}`).toBe(code)
      if (vector.payload !== undefined) expect(sha256(released)).toBe(vector.payload)
      else expect(released).toHaveLength(0)
    }
  })

  it.each(forPassphrases)('$name: a passphrase is refused by name', async (vector) => {
    const { released, error } = await open(vector, vector.file.length)
    expect(error).toBe(vector.name === 'scrypt_uppercase' ? 'age/no-match' : expectPassphrase(error))
    expect(released).toHaveLength(0)
  })

  it.each(postQuantum)('$name: a post-quantum key is refused by name', ({ identities }) => {
    expect(() => decodeIdentities(identities.join('\n'))).toThrow(
      expect.objectContaining({ code: 'owner/key-malformed', found: expect.stringContaining('-PQ-') as string }),
    )
  })
})

/** Of the kinds of stanzas that are not ours, the form alone is looked at. */
function expectPassphrase(error: string | undefined): string | undefined {
  return error === 'age/header' ? error : 'age/passphrase'
}

describe('the writer', () => {
  it.each(ageVectors.filter(({ expect }) => !/header|armor/.test(expect)))('$name: its header', async (vector) => {
    const bytes = await withoutArmor(vector)
    const header = await readHeader(source(bytes, bytes.length))
    const written = encodeHeader(header.stanzas, Buffer.from(vector.fileKey as string, 'hex')).toString('latin1')
    expect(written.slice(0, header.text.length)).toBe(header.text)
    expect(bytes.toString('latin1').startsWith(written)).toBe(vector.expect !== 'HMAC failure')
  })

  it.each(ageVectors.filter(({ expect }) => expect === 'success'))('$name: its payload', async (vector) => {
    const bytes = await withoutArmor(vector)
    const { text } = await readHeader(source(bytes, bytes.length))
    const payload = bytes.subarray(text.length + 45)
    const [fileKey, nonce] = [Buffer.from(vector.fileKey as string, 'hex'), payload.subarray(0, 16)]
    const plain = await collect(decryptPayload(source(payload.subarray(16), 1000), fileKey, nonce))
    expect(sha256(plain)).toBe(vector.payload)
    for (const size of [10_000, 65_536, 1 << 20]) {
      const written = await collect(encryptPayload(inBlocks(plain, size), fileKey, nonce))
      expect(written.equals(payload), `in blocks of ${size}`).toBe(true)
    }
  })

  it.each(ageVectors.filter(({ armored, expect }) => armored && expect === 'success'))(
    '$name: its armor',
    async (vector) => {
      const bytes = await withoutArmor(vector)
      const text = vector.file.toString('latin1').replaceAll('\r\n', '\n').trim()
      expect((await collect(armor(inBlocks(bytes, 100)))).toString('latin1')).toBe(`${text}\n`)
    },
  )
})

async function open(vector: AgeVector, size: number): Promise<{ released: Buffer; error: string | undefined }> {
  const released: Buffer[] = []
  const keys = vector.identities.flatMap((text) => decodeIdentities(text)).map(identityFrom)
  try {
    for await (const chunk of decrypt(inBlocks(vector.file, size), keys)) released.push(chunk)
    return { released: Buffer.concat(released), error: undefined }
  } catch (error) {
    return { released: Buffer.concat(released), error: (error as { code: string }).code }
  }
}

async function withoutArmor({ armored, file }: AgeVector): Promise<Buffer> {
  return armored ? collect(unarmor(source(file, 1000))) : file
}

async function* inBlocks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

function source(bytes: Uint8Array, size: number): ByteSource {
  return new ByteSource(inBlocks(bytes, size))
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function split<T>(list: readonly T[], test: (one: T) => boolean): [T[], T[]] {
  return [list.filter(test), list.filter((one) => !test(one))]
}
