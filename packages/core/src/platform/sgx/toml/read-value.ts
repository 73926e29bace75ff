import type { Cursor } from './cursor.ts'
import { readKey } from './read-key.ts'
import { readScalar } from './read-scalar.ts'
import { readString } from './read-string.ts'
import { isArray, isTable, type Table, type Value } from './value.ts'

const WHITE_AND_LINES = /[ \t\n]*/y

/** Deeper than anybody nests, and shallow enough for every stack. */
const MAXIMUM_DEPTH = 300

export function readValue(cursor: Cursor, depth = 0): Value {
  if (depth > MAXIMUM_DEPTH) throw cursor.malformed('arrays or tables nested too deeply')
  const { character } = cursor
  if (character === '"' || character === "'") return readString(cursor)
  if (cursor.take('[')) return readArray(cursor, depth + 1)
  if (cursor.take('{')) return readInlineTable(cursor, depth + 1)
  const scalar = readScalar(cursor)
  if (scalar === undefined) throw cursor.malformed('a value that is none')
  return scalar
}

function readArray(cursor: Cursor, depth: number): readonly Value[] {
  const elements: Value[] = []
  for (;;) {
    skipBetweenElements(cursor)
    if (cursor.take(']')) return elements
    elements.push(readValue(cursor, depth))
    skipBetweenElements(cursor)
    if (cursor.take(']')) return elements
    if (!cursor.take(',')) throw cursor.malformed('an array that does not end')
  }
}

function skipBetweenElements(cursor: Cursor): void {
  let before = -1
  while (before !== cursor.at) {
    before = cursor.at
    cursor.match(WHITE_AND_LINES)
    cursor.skipComment()
  }
}

/** `{ a = 1, b.c = 2 }`: on one line, without a comma after the last pair. */
function readInlineTable(cursor: Cursor, depth: number): Table {
  const table: Table = new Map()
  const own = new Set<Value>([table])
  cursor.skipWhite()
  if (cursor.take('}')) return table
  for (;;) {
    const { parents, name } = readKey(cursor)
    if (!cursor.take('=')) throw cursor.malformed('a key without a value')
    cursor.skipWhite()
    const value = readValue(cursor, depth)
    addTo(cursor, nestOf(cursor, table, own, parents), name, value)
    cursor.skipWhite()
    if (cursor.take('}')) return table
    if (!cursor.take(',')) throw cursor.malformed('an inline table that does not end')
    cursor.skipWhite()
  }
}

/** The table that dotted keys lead to. What was given as a value in braces or brackets is complete. */
function nestOf(cursor: Cursor, table: Table, own: Set<Value>, parents: readonly string[]): Table {
  let nest = table
  for (const key of parents) {
    let next = nest.get(key)
    if (next === undefined) {
      next = new Map()
      own.add(next)
      nest.set(key, next)
    }
    if (!isTable(next) || !own.has(next)) throw cursor.malformed('a key below a value')
    nest = next
  }
  return nest
}

function addTo(cursor: Cursor, nest: Table, name: string, value: Value): void {
  if (nest.has(name)) throw cursor.malformed('a key that stands there twice')
  nest.set(name, value)
}

/** Whether a value is one that later lines may not add to. */
export function isClosed(value: Value): boolean {
  return isTable(value) || isArray(value)
}
