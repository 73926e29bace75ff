import type { Cursor } from './cursor.ts'
import { readOneLineString } from './read-string.ts'

const BARE = /[A-Za-z0-9_-]+/y

export interface Key {
  readonly parents: readonly string[]
  readonly name: string
}

/** `a`, `"a b"`, `a . b`: the white space after it is passed as well. */
export function readKey(cursor: Cursor): Key {
  const parts = [readPart(cursor)]
  cursor.skipWhite()
  while (cursor.take('.')) {
    cursor.skipWhite()
    parts.push(readPart(cursor))
    cursor.skipWhite()
  }
  return { parents: parts.slice(0, -1), name: parts.at(-1) as string }
}

function readPart(cursor: Cursor): string {
  if (cursor.character === '"' || cursor.character === "'") return readOneLineString(cursor)
  const bare = cursor.match(BARE)
  if (bare === undefined) throw cursor.malformed('a key that is none')
  return bare[0]
}
