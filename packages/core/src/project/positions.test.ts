import { expect, test } from 'vitest'
import { parse } from 'smol-toml'
import { findPositions } from './positions.ts'

const TOML = `# name = "comment"
"quoted key" = 1
  dotted . "a.b" = 2   # trailing = comment
text = """
not_a_key = 1
[not_a_table]
\\""" ] """
raw = '''x = ''''
list = [ "]", # ]
  'a"', { in = "}" },
  [ 1, 2 ] ]
last = 5
[table]
key = "# no comment"
[ table . "sub table" ]
key=true
[[many]]
key = 07:32:00
`

test('finds keys and values among strings, lists, comments and tables', () => {
  parse(TOML)
  const positions = findPositions(TOML)
  const at = (...path: string[]): string => {
    const key = positions.key(path)
    const value = positions.value(path)
    return `${key?.line}:${key?.column} ${value?.line}:${value?.column}`
  }
  expect(at('quoted key')).toBe('2:1 2:16')
  expect(at('dotted', 'a.b')).toBe('3:3 3:20')
  expect(at('text')).toBe('4:1 4:8')
  expect(at('not_a_key')).toBe('undefined:undefined undefined:undefined')
  expect(at('raw')).toBe('8:1 8:7')
  expect(at('list')).toBe('9:1 9:8')
  expect(at('last')).toBe('12:1 12:8')
  expect(at('table')).toBe('13:1 13:1')
  expect(at('table', 'key')).toBe('14:1 14:7')
  expect(at('table', 'sub table', 'key')).toBe('16:1 16:5')
  expect(at('many', 'key')).toBe('18:1 18:7')
})

test('what stands in an inline table is found by the table', () => {
  const positions = findPositions('a = 1\r\ncloud = { code = "x" }\r\n')
  expect(positions.key(['cloud', 'code'])).toEqual({ line: 2, column: 1 })
})
