/** Where keys stand in a TOML document, which smol-toml does not tell. Lines and columns count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

export interface Positions {
  /** Of a key (`cloud.code`), else of the table around it. */
  key(path: readonly string[]): Position | undefined
  /** Of a value. */
  value(path: readonly string[]): Position | undefined
}

/** Scans a document that has already been parsed, so nothing is checked here and nothing can fail. */
export function findPositions(toml: string): Positions {
  const keys = new Map<string, number>()
  const values = new Map<string, number>()
  let at = 0
  let table: string[] = []

  const skip = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const found = pattern.exec(toml)?.[0] ?? ''
    at += found.length
    return found
  }
  const readKey = (): string[] => {
    const parts: string[] = []
    do {
      skip(/[ \t.]*/y)
      parts.push(unquote(skip(/"(?:\\.|[^"\\])*"|'[^']*'|[^\s.=\]]*/y)))
      skip(/[ \t]*/y)
    } while (toml[at] === '.')
    return parts
  }

  skip(/\uFEFF/y)
  while (skip(BLANK) !== '' || at < toml.length) {
    if (at >= toml.length) break
    const begin = at
    if (skip(/\[\[?/y) !== '') {
      table = readKey()
      remember(keys, table, begin)
      skip(/[ \t\]]*/y)
    } else {
      const path = [...table, ...readKey()]
      remember(keys, path, begin)
      skip(/[ \t=]*/y)
      remember(values, path, at)
      skipValue(skip, () => toml[at])
    }
    if (at === begin) at += 1
  }

  const lookUp = (places: Map<string, number>, path: readonly string[]): Position | undefined => {
    const offset = places.get(JSON.stringify(path))
    return offset === undefined ? undefined : positionOf(toml, offset)
  }
  const key = (path: readonly string[]): Position | undefined =>
    path.length === 0 ? undefined : (lookUp(keys, path) ?? key(path.slice(0, -1)))
  return { key, value: (path) => lookUp(values, path) ?? key(path) }
}

const BLANK = /(?:[ \t\r\n]|#[^\n]*)*/y
const STRING = /"""[^]*?(?<!\\)(?:\\\\)*"""+|'''[^]*?'''+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'/y

function skipValue(skip: (pattern: RegExp) => string, next: () => string | undefined): void {
  let depth = 0
  do {
    if (depth > 0) skip(BLANK)
    if (next() === undefined) return
    if (skip(/[[{]/y) !== '') depth += 1
    else if (skip(/[\]}]/y) !== '') depth -= 1
    else if (skip(STRING) === '' && skip(depth > 0 ? /[^\s[\]{}"'#]+/y : /[^\n#]+/y) === '') skip(/[^]/y)
  } while (depth > 0)
}

function remember(places: Map<string, number>, path: readonly string[], offset: number): void {
  const name = JSON.stringify(path)
  if (!places.has(name)) places.set(name, offset)
}

function unquote(part: string): string {
  if (part.startsWith("'")) return part.slice(1, -1)
  if (!part.startsWith('"')) return part
  try {
    return JSON.parse(part) as string
  } catch {
    return part.slice(1, -1)
  }
}

function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 }
}
