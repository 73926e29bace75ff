import { canonicalJson, type Json } from './canonical-json.ts'
import type { Index } from './index-file.ts'

export interface Difference {
  /** `configuration.hardware`, `python`, `base`, `owner`, or the path of a file. */
  readonly name: string
  /** What the first and the second package have there; undefined: nothing. */
  readonly expected: string | undefined
  readonly found: string | undefined
}

/**
 * The first thing in which two packages differ, in the order: what the application may do, what it runs on, whose it is, its files.
 * Undefined if nothing does: then their indexes, and what is measured of them, are the same.
 */
export function firstDifference(one: Index, other: Index): Difference | undefined {
  return differences(one, other).next().value ?? undefined
}

/** Everything in which two packages differ, in that order. */
export function* differences(one: Index, other: Index): Generator<Difference, undefined> {
  yield* compare(configurationOf(one), configurationOf(other))
  yield* compare(membersOf(one), membersOf(other))
  yield* compare(filesOf(one), filesOf(other))
}

function* compare(one: Named, other: Named): Generator<Difference, undefined> {
  const names = [...new Set([...one.keys(), ...other.keys()])].toSorted()
  for (const name of names) {
    const [expected, found] = [one.get(name), other.get(name)]
    if (expected !== found) yield { name, expected, found }
  }
}

type Named = ReadonlyMap<string, string>

function configurationOf({ configuration }: Index): Named {
  return new Map(
    Object.entries(configuration).map(([key, value]) => [`configuration.${key}`, canonicalJson(value as Json)]),
  )
}

function membersOf({ schema, python, base, owner }: Index): Named {
  return new Map(Object.entries({ schema, python, base, owner }).map(([key, value]) => [key, String(value)]))
}

function filesOf({ files }: Index): Named {
  return new Map(files.map(({ path, size, mode, sha256 }) => [path, `${size} bytes, mode ${mode}, SHA-256 ${sha256}`]))
}
