import { resolve } from 'node:path'
import { MseError } from '@mse/core/error'
import { kebab } from './arguments.ts'
import type { Argument, Arguments } from './arguments.ts'

interface Given {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** What stood on the command line: words, lists of words, true for flags. */
  readonly words: Readonly<Record<string, unknown>>
}

/** Words of the command line, else the environment, else the default → typed values. */
export function readValues(args: Arguments, given: Given): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).map(([name, argument]) => [name, readValue(name, argument, given)]))
}

/** `--policy` or `PROJECT`, as the help shows it. */
export function displayName(name: string, { positional }: Argument): string {
  return positional ? kebab(name).replaceAll('-', '_').toUpperCase() : `--${kebab(name)}`
}

function readValue(name: string, argument: Argument, { cwd, env, words }: Given): unknown {
  const { details } = argument
  const fromEnvironment = details.env === undefined ? undefined : env[details.env] || undefined
  if (argument.kind === 'flag') return words[name] === true || /^(1|true|yes)$/i.test(fromEnvironment ?? '')
  const found = wordsOf(words[name]) ?? (fromEnvironment === undefined ? undefined : [fromEnvironment])
  if (found === undefined) {
    if (details.required) throw missing(name, argument)
    if (details.default === undefined) return details.repeat ? [] : undefined
    return argument.kind === 'path' ? resolve(cwd, String(details.default)) : details.default
  }
  const values = found.map((word) => readWord(displayName(name, argument), argument, word, cwd))
  return details.repeat ? values : values.at(-1)
}

function wordsOf(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) && value.length > 0 ? (value as string[]) : undefined
}

function readWord(shown: string, { kind, details }: Argument, word: string, cwd: string): unknown {
  if (kind === 'path') {
    if (word === '') throw bad(shown, 'a path', 'nothing')
    return resolve(cwd, word)
  }
  if (kind === 'choice' && !details.choices?.includes(word)) {
    throw bad(shown, `one of ${details.choices?.join(', ')}`, word)
  }
  if (kind !== 'integer') return word
  const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = details
  const number = /^-?\d{1,16}$/.test(word) ? Number(word) : Number.NaN
  if (number >= minimum && number <= maximum) return number
  const from = details.minimum === undefined ? '' : ` from ${minimum}`
  const to = details.maximum === undefined ? '' : ` to ${maximum}`
  throw bad(shown, `a whole number${from}${to}`, word)
}

function bad(shown: string, expected: string, found: string): MseError {
  return new MseError('usage/bad-value', `${shown} has a value that it does not take`, { expected, found })
}

function missing(name: string, argument: Argument): MseError {
  const shown = displayName(name, argument)
  const { env, value } = argument.details
  const flag = argument.positional ? shown : `${shown} ${value ?? 'VALUE'}`
  const next = env === undefined ? `give ${flag}` : `give ${flag}, or set ${env} in the environment`
  return new MseError('usage/missing', `${shown} is missing`, { next })
}
