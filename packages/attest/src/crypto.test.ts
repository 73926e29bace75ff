import { describe, expect, it } from 'vitest'
import { fromHex } from './bytes.ts'
import { isPoint, isSignedBy } from './crypto.ts'
import { exportPoint, generateKey, sign } from './testing/keys.ts'

const message = Uint8Array.of(1, 2, 3)

describe('a point', () => {
  it('of a key that was made is on the curve; one bit beside it is not', async () => {
    const point = await exportPoint((await generateKey()).publicKey)
    expect(isPoint(point)).toBe(true)
    for (let bit = 0; bit < 65 * 8; bit++) {
      const other = point.slice()
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(isPoint(other)).toBe(false)
    }
  })

  it('has coordinates below p, each in one spelling', () => {
    // (0, √b) is on the curve; (p, √b) would be the same point.
    const y = '66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4'
    const p = 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff'
    expect(isPoint(fromHex(`04${'00'.repeat(32)}${y}`))).toBe(true)
    expect(isPoint(fromHex(`04${p}${y}`))).toBe(false)
  })
})

describe('a signature', () => {
  it('is of this message, by this key', async () => {
    const [one, other] = await Promise.all([generateKey(), generateKey()])
    const point = await exportPoint(one.publicKey)
    const signature = await sign(one.privateKey, message)
    expect(await isSignedBy(point, message, signature)).toBe(true)
    expect(await isSignedBy(point, Uint8Array.of(1, 2), signature)).toBe(false)
    expect(await isSignedBy(await exportPoint(other.publicKey), message, signature)).toBe(false)
  })

  it('is none if it is zero, short, long, or of what is no key', async () => {
    const point = await exportPoint((await generateKey()).publicKey)
    for (const length of [0, 63, 64, 65]) {
      expect(await isSignedBy(point, message, new Uint8Array(length))).toBe(false)
    }
    expect(await isSignedBy(new Uint8Array(65), message, new Uint8Array(64))).toBe(false)
  })
})
