import { canonicalJson, parseCanonicalJson, type Json } from '@mse/core/package/canonical-json'
import { describe, expect, it } from 'vitest'
import { readVectors, refuseUnknown } from './read-vectors.ts'

interface JsonCase {
  readonly name: string
  readonly expect: string
  readonly text?: string
  readonly hex?: string
  readonly value?: Json
}

describe('canonical-json.json', () => {
  it.each(readVectors<JsonCase>('canonical-json.json'))('$name: $expect', ({ name: _, expect: code, ...given }) => {
    const { text, hex, value, ...unknown } = given
    refuseUnknown(unknown)
    const bytes = hex === undefined ? Buffer.from(text ?? '') : Buffer.from(hex, 'hex')
    if (code !== 'ok') return expect(() => parseCanonicalJson(bytes)).toThrow(expect.objectContaining({ code }))
    expect(parseCanonicalJson(bytes)).toEqual(value)
    expect(canonicalJson(value as Json)).toBe(text)
  })
})
