import { FormatError } from '../error.ts'

/**
 * Parses a JSON object in which no name stands twice, at any depth. JSON.parse alone lets the last of two equal names win,
 * so that two readers can understand one text differently.
 *
 * @throws FormatError
 */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new FormatError('not JSON')
  }
  if (!isObject(value)) throw new FormatError('not a JSON object')
  refuseDuplicates(text)
  return value
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Demands that an object has exactly these members.
 *
 * @throws FormatError
 */
export function demandMembers(object: Readonly<Record<string, unknown>>, members: readonly string[]): void {
  const missing = members.find((member) => !Object.hasOwn(object, member))
  if (missing !== undefined) throw new FormatError(`"${missing}" is missing`)
  const unknown = Object.keys(object).find((member) => !members.includes(member))
  if (unknown !== undefined) throw new FormatError(`${JSON.stringify(unknown)} is not known`)
}

/** Walks the strings and brackets of a text that JSON.parse has accepted: a string before a colon is a name. */
function refuseDuplicates(text: string): void {
  const open: Set<unknown>[] = []
  for (const [token, name] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (name !== undefined) {
      const names = open[open.length - 1]
      const spelt: unknown = JSON.parse(name)
      if (names?.has(spelt)) throw new FormatError(`${JSON.stringify(spelt)} stands there twice`)
      names?.add(spelt)
    } else if (token === '{') open.push(new Set())
    else if (token === '}') open.pop()
  }
}
