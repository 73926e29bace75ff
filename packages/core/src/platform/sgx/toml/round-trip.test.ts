import { describe, expect, it } from 'vitest'
import { refusal } from '../../../testing/refuses.ts'
import { readDocument } from './read-document.ts'
import { writeDocument } from './write-document.ts'

const rewrite = (text: string): string => writeDocument(readDocument(text))

/** What the reader and the writer of Gramine's tools, tomli and tomli-w, do with each line; found by running them. */
describe('is written as Python would', () => {
  it.each([
    ['x = 1.50', 'x = 1.5'],
    ['x = 1e5', 'x = 100000.0'],
    ['x = 1e16', 'x = 1e+16'],
    ['x = 9.99999999999998e15', 'x = 9999999999999980.0'],
    ['x = 0.0001', 'x = 0.0001'],
    ['x = 0.00001234', 'x = 1.234e-05'],
    ['x = -0.0', 'x = -0.0'],
    ['x = 1e400', 'x = inf'],
    ['x = -nan', 'x = nan'],
    ['x = 0xFF', 'x = 255'],
    ['x = +1_000', 'x = 1000'],
    ['x = 9223372036854775808', 'x = 9223372036854775808'],
    ['x = 2024-01-01T00:00:00.120-05:30', 'x = 2024-01-01 00:00:00.120000-05:30'],
    ['x = 1979-05-27 07:32:00z', 'x = 1979-05-27 07:32:00+00:00'],
    ['x = 07:32:00.5', 'x = 07:32:00.500000'],
    ["x = '''\nq''''", `x = "q'"`],
    ['x = """a\\\n   b"""""', String.raw`x = "ab\"\""`],
    [String.raw`x = "\u00e9\U0001F600\t\u007f"`, 'x = "é😀\t\\u007f"'],
    ['"" = 1', '"" = 1'],
    ['10 = 1\n9 = 2\n__proto__ = 3', '10 = 1\n9 = 2\n__proto__ = 3'],
    ['b.c = 1\na = 2\nb.d = 3', 'a = 2\n\n[b]\nc = 1\nd = 3'],
    ['x = [[1, []], [{}]]', 'x = [\n    [\n        1,\n        [],\n    ],\n    [\n        {},\n    ],\n]'],
    ['[[a]]\n[[a.b]]\n[[a]]\n', '[[a]]\nb = [\n    {},\n]\n\n[[a]]'],
  ])('%s', (text, written) => {
    expect(rewrite(text)).toBe(`${written}\n`)
  })
})

describe('is refused', () => {
  it.each([
    ['a number with a leading zero', 'x = 01'],
    ['a date that is not in the calendar', 'x = 2024-02-30'],
    ['a year that Python does not have', 'x = 0000-01-01'],
    ['an escape that does not exist', String.raw`x = "\q"`],
    ['half a character', String.raw`x = "\ud800"`],
    ['a control character in a string', 'x = "\u0001"'],
    ['a control character in a comment', '# \u0001'],
    ['a comma after the last pair of an inline table', 'x = { a = 1, }'],
    ['an inline table that is added to', 'x = {}\nx.a = 1'],
    ['an array that is continued as tables', 'x = []\n[[x]]'],
    ['a table that dotted keys made, declared', '[a]\nb.c = 1\n[a.b]'],
    ['a dotted key into a declared table', '[a.b]\n[a]\nb.c = 1'],
    ['two statements on a line', 'a = 1 b = 2'],
    ['a string that does not end', 'x = "'],
    ['a key without a value', 'x'],
    ['a key in an inline table twice', 'x = { a.b = 1, a = 2 }'],
  ])('%s', (_what, text) => {
    expect(() => readDocument(text)).toThrow(refusal('manifest/syntax'))
  })

  it('with the place', () => {
    expect(() => readDocument('a = 1\nbb = ?\n')).toThrow(refusal('manifest/syntax', { found: 'line 2, column 6' }))
  })
})
