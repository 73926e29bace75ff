import { writeFloat } from './write-float.ts'
import { Float, isArray, isTable, Moment, type Table, type Value } from './value.ts'

const INDENT = '    '
const MAXIMUM_WIDTH = 100

/** Writes a document byte for byte as the tools of Gramine do (spec/7-sgx.md, "Writing"). */
export function writeDocument(document: Table): string {
  const lines: string[] = []
  writeTable(lines, document, '', false)
  return lines.join('')
}

function writeTable(lines: string[], table: Table, name: string, isElement: boolean): void {
  const start = lines.length
  const { literals, tables } = split(table)
  if (isElement) lines.push(`[[${name}]]\n`)
  else if (name !== '' && (literals.length > 0 || tables.length === 0)) lines.push(`[${name}]\n`)
  for (const [key, value] of literals) lines.push(`${writeKey(key)} = ${writeValue(value)}\n`)
  for (const [key, value, isElement] of tables) {
    if (lines.length > start) lines.push('\n')
    writeTable(lines, value, name === '' ? writeKey(key) : `${name}.${writeKey(key)}`, isElement)
  }
}

interface Parts {
  /** What fits behind `key =`. */
  readonly literals: readonly (readonly [key: string, value: Value])[]
  /** What gets a header of its own. */
  readonly tables: readonly (readonly [key: string, value: Table, isElement: boolean])[]
}

function split(table: Table): Parts {
  const literals: [string, Value][] = []
  const tables: [string, Table, boolean][] = []
  for (const [key, value] of table) {
    if (isTable(value)) tables.push([key, value, false])
    else if (isArray(value) && value.length > 0 && value.every(isTable) && !value.every(fitsOnLine)) {
      for (const element of value) tables.push([key, element as Table, true])
    } else literals.push([key, value])
  }
  return { literals, tables }
}

/** Width counts code points, not the units of JavaScript's strings. */
function fitsOnLine(table: Value): boolean {
  const line = `${INDENT}${writeValue(table)},`
  return !line.includes('\n') && Array.from(line).length <= MAXIMUM_WIDTH
}

function writeValue(value: Value, level = 0): string {
  if (typeof value === 'string') return writeString(value)
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (value instanceof Float) return writeFloat(value.value)
  if (value instanceof Moment) return value.text
  if (isTable(value)) return writeInlineTable(value)
  if (value.length === 0) return '[]'
  const elements = value.map((element) => `${INDENT.repeat(level + 1)}${writeValue(element, level + 1)},\n`)
  return `[\n${elements.join('')}${INDENT.repeat(level)}]`
}

function writeInlineTable(table: Table): string {
  if (table.size === 0) return '{}'
  return `{ ${[...table].map(([key, value]) => `${writeKey(key)} = ${writeValue(value)}`).join(', ')} }`
}

function writeKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : writeString(key)
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\b': String.raw`\b`,
  '\n': String.raw`\n`,
  '\f': String.raw`\f`,
  '\r': String.raw`\r`,
  '"': String.raw`\"`,
  '\\': String.raw`\\`,
}

function writeString(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is escaped; a tab stays
  const escaped = text.replaceAll(/["\\\u0000-\u0008\u000a-\u001f\u007f]/g, (character) => {
    return shortEscapes[character] ?? String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
  return `"${escaped}"`
}
