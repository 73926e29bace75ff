import { describe, expect, it } from 'vitest'
import { concat, equal } from './bytes.ts'

describe('two byte strings are the same only if each byte is', () => {
  // Long ones are compared by words where both lie at a multiple of four.
  for (const length of [0, 1, 5, 4095, 4096, 4097, 4099, 10_001]) {
    for (const [left, right] of [
      [0, 0],
      [4, 8],
      [1, 0],
      [0, 3],
      [2, 2],
    ] as const) {
      it(`${length} bytes, ${left} and ${right} into their memory`, () => {
        const [a, b] = [left, right].map((offset) => {
          return new Uint8Array(length + offset).fill(0xa5).subarray(offset)
        }) as [Uint8Array, Uint8Array]
        expect(equal(a, b)).toBe(true)
        expect(equal(a, b.subarray(1))).toBe(length === 0)
        for (const at of [0, 1, 2, 3, length >> 1, length - 2, length - 1]) {
          if (at < 0 || at >= length) continue
          b[at] = 0x5a
          expect(equal(a, b)).toBe(false)
          b[at] = 0xa5
        }
      })
    }
  }
})

it('what is put together is new memory, of one part or of several', () => {
  const part = Uint8Array.of(1, 2)
  for (const whole of [concat(part), concat(part, part), concat(part.subarray(0, 2))]) {
    part[0] = 9
    expect(whole[0]).toBe(1)
    part[0] = 1
  }
  expect(concat()).toEqual(new Uint8Array(0))
})
