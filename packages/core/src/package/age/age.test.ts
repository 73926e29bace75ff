import { describe, expect, it } from 'vitest'
import { refusal } from '../../testing/refuses.ts'
import { derive, type Derivation } from './derive.ts'
import { decodeIdentity, encodeIdentity, encodeRecipient } from './keys.ts'
import { chunkSize, PayloadCipher } from './payload.ts'
import { publicValue, secretKey, sharedSecret } from './x25519.ts'

const bytes = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)

describe('derive', () => {
  const from: Derivation = {
    secret: bytes(1),
    path: 'app.py',
    size: 3,
    digest: bytes(2),
    recipients: ['age1a', 'age1b'],
  }
  const value = (change: Partial<Derivation>, label = 'nonce'): string =>
    derive({ ...from, ...change }, label, 16).toString('hex')

  it('gives the same for the same, whatever the order of the recipients', () => {
    expect(value({})).toBe(value({}))
    expect(value({ recipients: ['age1b', 'age1a'] })).toBe(value({}))
  })

  it.each<[string, Partial<Derivation>]>([
    ['another code key', { secret: bytes(9) }],
    ['another path', { path: 'app.pyc' }],
    ['another size', { size: 4 }],
    ['another plaintext', { digest: bytes(3) }],
    ['other recipients', { recipients: ['age1a'] }],
  ])('gives something else for %s', (_, change) => {
    expect(value(change)).not.toBe(value({}))
  })

  it('gives something else for each label', () => {
    expect(
      new Set(['file-key', 'nonce', 'ephemeral:age1a', 'ephemeral:age1b'].map((label) => value({}, label))).size,
    ).toBe(4)
  })
})

describe('keys', () => {
  // The example of https://age-encryption.org/v1, "The X25519 recipient type".
  const identity = 'AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX'
  const recipient = 'age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj'

  it("are spelt as age's own example", () => {
    expect(encodeIdentity(bytes(0x42))).toBe(identity)
    expect(encodeRecipient(publicValue(secretKey(bytes(0x42))))).toBe(recipient)
  })

  it('are read from a file with comments and any line ends', () => {
    expect(decodeIdentity(`# created: today\r\n${identity}\r\n`)).toEqual(Buffer.from(bytes(0x42)))
  })

  it.each([
    ['nothing', ''],
    ['a recipient', recipient],
    ['a wrong checksum', identity.replace('EGAEX', 'EGAEY')],
    ['a letter lost', identity.slice(0, -1)],
    ['a longer key', encodeIdentity(new Uint8Array(33))],
    ['a key in a comment', `# ${identity}`],
  ])('refuses %s, and does not print it', (_, text) => {
    expect(() => decodeIdentity(text)).toThrow(
      refusal('owner/key-malformed', { message: expect.not.stringContaining('GFPYY') as string }),
    )
  })
})

it('X25519 agrees with RFC 7748, §6.1', () => {
  const bob = secretKey(Buffer.from('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb', 'hex'))
  const alice = Buffer.from('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a', 'hex')
  expect(publicValue(bob).toString('hex')).toBe('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f')
  expect(sharedSecret(bob, alice).toString('hex')).toBe(
    '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742',
  )
})

describe('PayloadCipher', () => {
  it('seals each chunk under a nonce of its own, and the last one differently', () => {
    const plain = Buffer.alloc(chunkSize)
    const sealed = (count: number, last: boolean): string => {
      const cipher = new PayloadCipher(bytes(5))
      for (let at = 0; at < count; at += 1) cipher.chunk(plain, false)
      return cipher.chunk(plain, last).toString('base64')
    }
    expect(
      new Set([sealed(0, false), sealed(0, true), sealed(1, false), sealed(1, true), sealed(256, true)]).size,
    ).toBe(5)
  })

  it('adds 16 bytes to a chunk', () => {
    expect(new PayloadCipher(bytes(5)).chunk(Buffer.alloc(10), true)).toHaveLength(26)
  })
})
