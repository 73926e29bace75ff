import { openEnvelope, signEnvelope, type PayloadType } from '@mse/core/package/dsse'
import { publicKeyFromRaw } from '@mse/core/owner/ed25519'
import { describe, expect, it } from 'vitest'
import { readVectors, refuseUnknown } from './read-vectors.ts'
import { ed25519FromSeed } from './vectors/making/fixed.ts'

interface DsseCase {
  readonly name: string
  readonly expect: string
  readonly type: PayloadType
  readonly key: string
  readonly envelope: string
  readonly payload?: string
  readonly seed?: string
}

describe('dsse.json', () => {
  it.each(readVectors<DsseCase>('dsse.json'))('$name: $expect', ({ name: _, expect: code, ...given }) => {
    const { type, key, envelope, payload, seed, ...unknown } = given
    refuseUnknown(unknown)
    const open = () => openEnvelope(type, envelope, publicKeyFromRaw(Buffer.from(key, 'hex')))
    if (code !== 'ok') return expect(open).toThrow(expect.objectContaining({ code }))
    const content = Buffer.from(payload ?? '', 'base64')
    expect(open()).toEqual(content)
    expect(signEnvelope(type, content, ed25519FromSeed(Buffer.from(seed ?? '', 'hex')))).toBe(envelope)
  })
})
