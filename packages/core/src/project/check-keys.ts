import { closest, distance } from 'fastest-levenshtein'
import { formerKeys } from './former-keys.ts'
import { keys } from './keys.ts'
import { problem } from './problem.ts'
import type { Key, KeyType } from './keys.ts'
import type { Position, Positions } from './positions.ts'
import type { Problem } from './problem.ts'
import type { Table } from './read-toml.ts'

/** Every problem of the keys themselves: unknown, missing, of the wrong type, given twice, not supported yet. */
export function checkKeys(table: Table, positions: Positions, file: string): Problem[] {
  const at = (position: Position | undefined): { file: string; line?: number; column?: number } => ({
    file,
    ...position,
  })
  const report = (code: string, message: string, path: string, more: Parameters<typeof problem>[3] = {}): Problem[] => {
    const parts = path.split('.')
    const position =
      code === 'project/wrong-type' || code === 'project/bad-value' ? positions.value(parts) : positions.key(parts)
    return [problem(code, message, at(position), more)]
  }

  const checkKey = (key: Key): Problem[] => {
    const value = valueAt(table, key.path)
    if (value === undefined) {
      if (!key.required) return []
      return [
        problem(
          'project/missing-key',
          `the key ${key.path} is missing`,
          { file },
          { next: `add ${key.path} = ${exampleOf(key)}` },
        ),
      ]
    }
    if (key.notYet === true || (typeof key.notYet === 'function' && key.notYet(value))) {
      const what = key.notYet === true ? key.path : `${key.path} = ${JSON.stringify(value)}`
      return report('project/not-supported-yet', `this version of mse does not support ${what} yet`, key.path, {
        next: 'remove it',
      })
    }
    const found = typeOf(value)
    if (found !== key.type) {
      return report('project/wrong-type', `${key.path} is of the wrong type`, key.path, {
        expected: typeNames[key.type],
        found,
        ...(found === 'table' && formerKeys[key.path] !== undefined ? { next: formerKeys[key.path] as string } : {}),
      })
    }
    if (key.accepts?.(value as never) === false) {
      const shown = JSON.stringify(value)
      return report('project/bad-value', `${key.path} has a value that it does not take`, key.path, {
        expected: key.expected ?? '',
        found: shown,
      })
    }
    const twin = twinOf(key.path)
    if (twin === undefined || valueAt(table, twin) === undefined) return []
    return report('project/given-twice', `${twin} is given twice: here, and under its present name`, key.path, {
      next: 'remove one of them',
    })
  }

  const unknown = pathsOf(table).filter((path) => !keys.some((key) => key.path === path))
  return [
    ...unknown.flatMap((path) =>
      report('project/unknown-key', `there is no key ${path}`, path, { next: formerKeys[path] ?? suggestion(path) }),
    ),
    ...keys.flatMap(checkKey),
  ].sort((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity) || (a.column ?? 0) - (b.column ?? 0))
}

/** Where a key of the original system stands now. */
function twinOf(path: string): string | undefined {
  if (path === 'cloud.expiration_date') return 'deploy.expires'
  if (path.startsWith('cloud.ssl.')) return path.slice('cloud.ssl.'.length)
  return path.startsWith('cloud.') ? path.slice('cloud.'.length) : undefined
}

export function valueAt(table: Table, path: string): unknown {
  let value: unknown = table
  for (const part of path.split('.')) {
    if (typeOf(value) !== 'table' || !Object.hasOwn(value as Table, part)) return undefined
    value = (value as Table)[part]
  }
  return value
}

const typeNames: Readonly<Record<KeyType, string>> = {
  string: 'a string, in quotes',
  integer: 'a whole number',
  'list of strings': 'a list of strings',
  date: 'a date',
  table: 'a table',
}

function typeOf(value: unknown): KeyType | 'number' | 'boolean' | 'list' {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'number'
  if (typeof value === 'boolean') return 'boolean'
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string') ? 'list of strings' : 'list'
  return value instanceof Date ? 'date' : 'table'
}

/** Paths of all keys; below a table that is not known, or not supported, only the table itself counts. */
function pathsOf(table: Table, prefix = ''): string[] {
  return Object.entries(table).flatMap(([name, value]) => {
    const path = prefix + name
    const known = keys.find((key) => key.path === path)
    const inside = known?.type === 'table' && !known.notYet && typeOf(value) === 'table'
    return inside ? [path, ...pathsOf(value as Table, `${path}.`)] : [path]
  })
}

function suggestion(path: string): string {
  const last = (name: string): string => name.slice(name.lastIndexOf('.') + 1)
  const sameName = keys.find((key) => last(key.path) === last(path))?.path
  const near =
    sameName ??
    closest(
      path,
      keys.map((key) => key.path),
    )
  return distance(near, path) <= Math.max(2, path.length / 3) || near === sameName
    ? `did you mean ${near}?`
    : 'remove it'
}

function exampleOf({ path }: Key): string {
  return { name: '"helloworld"', python_application: '"app:app"', healthcheck_endpoint: '"/health"' }[path] ?? '…'
}
