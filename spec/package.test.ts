import { softwareFingerprint } from '@mse/core/package/fingerprint'
import { decodeIndex, encodeIndex } from '@mse/core/package/index-file'
import { describe, expect, it } from 'vitest'
import { readVectors, refuseUnknown } from './read-vectors.ts'

interface IndexCase {
  readonly name: string
  readonly expect: string
  readonly index?: string
  readonly index_base64?: string
}

describe('index.json', () => {
  it.each(readVectors<IndexCase>('index.json'))('$name: $expect', ({ name: _, expect: code, ...given }) => {
    const { index, index_base64, ...unknown } = given
    refuseUnknown(unknown)
    const bytes = index === undefined ? Buffer.from(index_base64 ?? '', 'base64') : Buffer.from(index)
    if (code === 'ok') expect(encodeIndex(decodeIndex(bytes))).toEqual(bytes)
    else expect(() => decodeIndex(bytes)).toThrow(expect.objectContaining({ code }))
  })
})

interface FingerprintCase {
  readonly name: string
  readonly expect: string
  readonly index: string
  readonly fingerprint: string
}

describe('fingerprint.json', () => {
  it.each(readVectors<FingerprintCase>('fingerprint.json'))('$name', ({ name: _, expect: ok, ...given }) => {
    const { index, fingerprint, ...unknown } = given
    refuseUnknown(unknown)
    expect(ok).toBe('ok')
    expect(softwareFingerprint(Buffer.from(index))).toBe(fingerprint)
  })
})
