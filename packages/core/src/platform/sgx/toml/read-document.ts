import { Cursor } from './cursor.ts'
import { Namespaces } from './namespaces.ts'
import { readKey } from './read-key.ts'
import { isClosed, readValue } from './read-value.ts'
import { isArray, isTable, type Table, type Value } from './value.ts'

/**
 * Reads TOML 1.0 (https://toml.io/en/v1.0.0) and keeps what writing it again depends on: the order in which keys are created,
 * and the kind of every number. Line ends are LF.
 *
 * @throws MseError `manifest/syntax`
 */
export function readDocument(text: string): Table {
  const reading = { cursor: new Cursor(text), top: new Map() as Table, namespaces: new Namespaces() }
  const { cursor } = reading
  let header: readonly string[] = []
  while (cursor.at < text.length) {
    cursor.skipWhite()
    const { character } = cursor
    if (character === '[') header = readHeader(reading)
    else if (character !== undefined && /["'A-Za-z0-9_-]/.test(character)) readPair(reading, header)
    else if (character !== undefined && character !== '#' && character !== '\n')
      throw cursor.malformed('a line that is none')
    cursor.skipWhite()
    cursor.skipComment()
    if (cursor.at < text.length && !cursor.take('\n')) throw cursor.malformed('more on a line than belongs there')
  }
  return reading.top
}

interface Reading {
  readonly cursor: Cursor
  readonly top: Table
  readonly namespaces: Namespaces
}

function readHeader(reading: Reading): readonly string[] {
  const { cursor, namespaces } = reading
  namespaces.endSection()
  const isElement = cursor.take('[[')
  if (!isElement) cursor.take('[')
  cursor.skipWhite()
  const { parents, name } = readKey(cursor)
  const path = [...parents, name]
  if (isElement) {
    if (namespaces.isClosed(path)) throw cursor.malformed('a table below a value')
    namespaces.forget(path)
    namespaces.open(path)
    addElement(reading, parents, name)
  } else {
    if (namespaces.isOpened(path)) throw cursor.malformed('a table that is declared twice')
    namespaces.open(path)
    tableAt(reading, path)
  }
  if (!cursor.take(isElement ? ']]' : ']')) throw cursor.malformed('a header that does not end')
  return path
}

function readPair(reading: Reading, header: readonly string[]): void {
  const { cursor, namespaces } = reading
  const { parents, name } = readKey(cursor)
  if (!cursor.take('=')) throw cursor.malformed('a key without a value')
  cursor.skipWhite()
  const value = readValue(cursor)
  for (let length = 1; length <= parents.length; length += 1) {
    const path = [...header, ...parents.slice(0, length)]
    if (namespaces.isOpened(path)) throw cursor.malformed('a dotted key into a table that is declared elsewhere')
    namespaces.openAfterThisSection(path)
  }
  const path = [...header, ...parents]
  if (namespaces.isClosed(path)) throw cursor.malformed('a key below a value')
  const table = tableAt(reading, path)
  if (table.has(name)) throw cursor.malformed('a key that stands there twice')
  if (isClosed(value)) namespaces.close([...path, name])
  table.set(name, value)
}

/** The table at a path; what is missing is made, and of an array of tables it is the last. */
function tableAt({ cursor, top }: Reading, path: readonly string[]): Table {
  let table = top
  for (const part of path) {
    let next = table.get(part)
    if (next === undefined) table.set(part, (next = new Map()))
    if (isArray(next)) next = next.at(-1)
    if (!isTable(next)) throw cursor.malformed('a table below a value')
    table = next
  }
  return table
}

function addElement(reading: Reading, parents: readonly string[], name: string): void {
  const table = tableAt(reading, parents)
  const elements = table.get(name) ?? []
  if (!isArray(elements)) throw reading.cursor.malformed('a value that is continued as an array of tables')
  // Grown in place: a manifest has tens of thousands of them.
  ;(elements as Value[]).push(new Map())
  table.set(name, elements)
}
