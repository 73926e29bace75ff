import type { Cursor } from './cursor.ts'

// oxlint-disable no-control-regex -- control characters are what these patterns leave out
const BASIC_RUN = /[^"\\\u0000-\u0008\u000a-\u001f\u007f]*/y
const MULTILINE_BASIC_RUN = /[^"\\\u0000-\u0008\u000b-\u001f\u007f]*/y
const LITERAL_RUN = /[^'\u0000-\u0008\u000a-\u001f\u007f]*/y
const MULTILINE_LITERAL_RUN = /(?:(?!''')[^\u0000-\u0008\u000b-\u001f\u007f])*/y
// oxlint-enable no-control-regex
const LINE_CONTINUATION = /\\[ \t]*\n[ \t\n]*/y
const CODE_POINT = /\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})/y

const escapes: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  '"': '"',
  '\\': '\\',
}

/** A string of any of the four kinds; the cursor stands at its first quote. */
export function readString(cursor: Cursor): string {
  if (cursor.take('"""')) return readMultiline(cursor, '"')
  if (cursor.take("'''")) return readMultiline(cursor, "'")
  return readOneLineString(cursor)
}

/** The two kinds that keys may be; `""` and `''` are empty here, whatever follows. */
export function readOneLineString(cursor: Cursor): string {
  if (cursor.take('"')) return readBasic(cursor, BASIC_RUN, '"')
  cursor.take("'")
  const [content = ''] = cursor.match(LITERAL_RUN) ?? []
  if (!cursor.take("'")) throw cursor.malformed('a string that does not end, or a character that it may not hold')
  return content
}

function readMultiline(cursor: Cursor, quote: '"' | "'"): string {
  cursor.take('\n')
  const content = quote === '"' ? readBasic(cursor, MULTILINE_BASIC_RUN, '"""') : readMultilineLiteral(cursor)
  // One or two quotes more than the three that end it belong to the content.
  if (!cursor.take(quote)) return content
  return cursor.take(quote) ? content + quote + quote : content + quote
}

function readMultilineLiteral(cursor: Cursor): string {
  const [content = ''] = cursor.match(MULTILINE_LITERAL_RUN) ?? []
  if (!cursor.take("'''")) throw cursor.malformed('a string that does not end, or a character that it may not hold')
  return content
}

function readBasic(cursor: Cursor, run: RegExp, end: '"' | '"""'): string {
  let content = ''
  for (;;) {
    content += cursor.match(run)?.[0] ?? ''
    if (cursor.take(end)) return content
    if (end === '"""' && cursor.take('"')) content += '"'
    else if (cursor.character === '\\') content += readEscape(cursor, end === '"""')
    else throw cursor.malformed('a string that does not end, or a character that it may not hold')
  }
}

function readEscape(cursor: Cursor, multiline: boolean): string {
  if (multiline && cursor.match(LINE_CONTINUATION)) return ''
  const point = cursor.match(CODE_POINT)
  if (point !== undefined) {
    const code = Number.parseInt(point[1] ?? point[2] ?? '', 16)
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw cursor.malformed('an escape of no character')
    return String.fromCodePoint(code)
  }
  const letter = cursor.text[cursor.at + 1] ?? ''
  if (!Object.hasOwn(escapes, letter)) throw cursor.malformed('an unknown escape')
  cursor.at += 2
  return escapes[letter] as string
}
