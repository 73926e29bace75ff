import { MseError } from '../../../error.ts'
import { Float, isArray, isTable, type Table, type Value } from '../toml/value.ts'

/** `setdefault`: the value of a key, which is appended to the table if it is not there. */
export function ensure(table: Table, key: string, value: Value): Value {
  const present = table.get(key)
  if (present !== undefined) return present
  table.set(key, value)
  return value
}

/** @throws MseError `manifest/shape` when something else than a table has this name */
export function ensureTable(table: Table, key: string, name: string = key): Table {
  const value = ensure(table, key, new Map())
  if (isTable(value)) return value
  throw new MseError('manifest/shape', `${name} is not a table`)
}

/** What counts as true where Gramine's tools ask Python: not zero, not empty. */
export function isTruthy(value: Value | undefined): boolean {
  if (value === undefined) return false
  if (isTable(value)) return value.size > 0
  if (isArray(value)) return value.length > 0
  return value instanceof Float ? value.value !== 0 : Boolean(value)
}
