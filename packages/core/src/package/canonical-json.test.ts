import { describe, expect, it } from 'vitest'
import { refusal } from '../testing/refuses.ts'
import { canonicalJson, parseCanonicalJson, type Json } from './canonical-json.ts'

const notCanonical = refusal('json/not-canonical')
const parse = (text: string): Json => parseCanonicalJson(Buffer.from(text))

describe('canonicalJson', () => {
  it.each<[string, Json, string]>([
    ['no white space', { a: [1, true, null], b: {} }, '{"a":[1,true,null],"b":{}}'],
    [
      'keys in the order of their codes, not of numbers or letters',
      { b: 1, B: 2, 10: 3, 9: 4, '': 5 },
      '{"":5,"10":3,"9":4,"B":2,"b":1}',
    ],
    ['the shortest escapes', '"\\/\b\t\n\f\r\u0000\u001f\u007f', '"\\"\\\\/\\b\\t\\n\\f\\r\\u0000\\u001f\u007f"'],
    ['text outside ASCII as it is, line separators too', 'é\u2028\u{1f600}', '"é\u2028\u{1f600}"'],
    ['the largest integers', [2 ** 53 - 1, -(2 ** 53 - 1), 0], '[9007199254740991,-9007199254740991,0]'],
    ['keys that are control characters', { '\n': 1 }, '{"\\n":1}'],
    [
      'a key that means something to JavaScript',
      JSON.parse('{"__proto__":1,"constructor":2}') as Json,
      '{"__proto__":1,"constructor":2}',
    ],
  ])('%s', (_, value, text) => {
    expect(canonicalJson(value)).toBe(text)
    expect(canonicalJson(parse(text))).toBe(text)
  })

  it.each<[string, Json]>([
    ['a fraction', 0.5],
    ['an integer that is not exact', 2 ** 53],
    ['negative zero', -0],
    ['infinity', Infinity],
    ['not a number', Number.NaN],
    ['a lone surrogate', '\ud800'],
    ['half a pair in a key', { '\udc00': 1 }],
    ['a key outside ASCII', { é: 1 }],
    ['a fraction far down', { a: [{ b: 1.5 }] }],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(notCanonical)
  })
})

describe('parseCanonicalJson refuses', () => {
  it.each([
    ['white space', '{"a": 1}'],
    ['a line end after it', '{}\n'],
    ['a key twice: the first reader takes the one, the second the other', '{"a":1,"a":2}'],
    ['the same key twice with the same value', '{"a":1,"a":1}'],
    ['another order', '{"b":1,"a":2}'],
    ['an exponent', '1e3'],
    ['a fraction that is none', '1.0'],
    ['negative zero', '-0'],
    ['an integer that loses its last digit', '9007199254740993'],
    ['an escape that is not needed', '"\\u0061"'],
    ['an escaped slash', '"\\/"'],
    ['an escape in upper case', '"\\u001F"'],
    ['a lone surrogate, escaped', '"\\ud800"'],
    ['two values', '{}{}'],
    ['nothing', ''],
    ['a comment', '{}//'],
    ['a byte order mark', '\ufeff{}'],
    ['a nesting that no reader follows', '['.repeat(100_000) + ']'.repeat(100_000)],
  ])('%s', (_, text) => {
    expect(() => parse(text)).toThrow(notCanonical)
  })

  it.each([
    ['bytes that are not UTF-8', Buffer.from('"\xe9"', 'latin1')],
    ['an overlong spelling', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['UTF-16', Buffer.from('{}', 'utf16le')],
  ])('%s', (_, bytes) => {
    expect(() => parseCanonicalJson(bytes)).toThrow(notCanonical)
  })
})
