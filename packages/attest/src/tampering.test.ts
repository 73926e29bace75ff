import { beforeAll, describe, expect, it } from 'vitest'
import { toHex } from './bytes.ts'
import { AttestationError, verifyEvidence, type Policy } from './index.ts'
import { decodeEvidence, encodeEvidence } from './evidence.ts'
import { createPlatform, makeEnclave, type MakeBelieveEnclave } from './testing/index.ts'

const now = new Date('2026-06-15T12:00:00Z')
let live: MakeBelieveEnclave
let policy: Policy

beforeAll(async () => {
  const platform = await createPlatform({ now })
  live = await makeEnclave(platform, { now, measurement: new Uint8Array(32) })
  policy = {
    platform: 'software',
    softwareRoots: [platform.rootKeyHash],
    measurement: 'any',
    signer: 'any',
    debug: 'any',
  }
})

async function judgeEvidence(certificate: Uint8Array): Promise<void> {
  await verifyEvidence({ certificate }, policy, { now })
}

/** A quote alone, as if somebody had signed a new certificate around it. */
async function judgeAlone(bytes: Uint8Array): Promise<void> {
  await verifyEvidence({ quote: bytes }, policy, { now })
}

/** The places where `judge` accepts what it is given, or fails otherwise than with an AttestationError. */
async function accepted(
  places: number,
  change: (place: number) => Uint8Array,
  judge: (bytes: Uint8Array) => Promise<void>,
): Promise<readonly string[]> {
  const found: string[] = []
  const look = async (place: number) => {
    try {
      await judge(change(place))
      found.push(`${place} accepted`)
    } catch (error) {
      if (!(error instanceof AttestationError)) found.push(`${place}: ${String(error)}`)
    }
  }
  for (let place = 0; place < places; place += 64) {
    await Promise.all(Array.from({ length: Math.min(64, places - place) }, (_, index) => look(place + index)))
  }
  return found
}

const flip = (bytes: Uint8Array) => (bit: number) => {
  const flipped = bytes.slice()
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return flipped
}

describe('no bit can be flipped', () => {
  it(
    'in a certificate: every bit around the quote, and one of each byte of the quote',
    { timeout: 300_000 },
    async () => {
      const { certificate } = live.evidence
      await judgeEvidence(certificate)
      const start = toHex(certificate).indexOf(toHex(live.quote)) / 2
      const inside = (bit: number) => bit >> 3 >= start && bit >> 3 < start + live.quote.length
      const bits = Array.from({ length: certificate.length * 8 }, (_, bit) => bit)
      const chosen = bits.filter((bit) => !inside(bit) || (bit >> 3) % 8 === bit % 8)
      expect(chosen.length).toBeGreaterThan(live.quote.length + 2_000)
      expect(await accepted(chosen.length, (place) => flip(certificate)(chosen[place] ?? 0), judgeEvidence)).toEqual([])
    },
  )

  it('in a quote, even by somebody who can sign a certificate around it', { timeout: 300_000 }, async () => {
    await judgeAlone(live.quote)
    expect(await accepted(live.quote.length * 8, flip(live.quote), judgeAlone)).toEqual([])
  })
})

describe('no end can be cut off', () => {
  it('a certificate', async () => {
    const { certificate } = live.evidence
    expect(await accepted(certificate.length, (length) => certificate.subarray(0, length), judgeEvidence)).toEqual([])
  })

  it('a quote', async () => {
    expect(await accepted(live.quote.length, (length) => live.quote.subarray(0, length), judgeAlone)).toEqual([])
  })

  it('an evidence file, but for its final newline', () => {
    const file = encodeEvidence(live.evidence)
    expect(decodeEvidence(file.subarray(0, -1))).toEqual(live.evidence)
    for (let length = 0; length < file.length - 1; length++) {
      expect(() => decodeEvidence(file.subarray(0, length))).toThrow(AttestationError)
    }
  })
})
