import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

import type { Environment } from '../interpreter.ts'
import { refusal, type Place } from './requirement-line.ts'

/** What an option line of a requirements file asks for. */
export type Option =
  | { readonly kind: 'include'; readonly file: string; readonly constraints: boolean }
  | { readonly kind: 'pass'; readonly text: string }
  | { readonly kind: 'ignore' }

type Kind =
  | 'requirements'
  | 'constraints'
  | 'editable'
  | 'source'
  | 'find-links'
  | 'value'
  | 'flag'
  | 'drop'
  | 'drop-value'

/*
 * By exact name: pip also takes abbreviations, and a --no-bin that slipped through would run setup.py of strangers.
 * Dropped: --only-binary, because wheels only is the rule anyway and ':none:' would revoke it; --require-hashes,
 * because every resolution ends in a lock with hashes, and hashes in requirements.txt are compared with it.
 */
const kinds: Readonly<Record<string, Kind>> = {
  '-r': 'requirements',
  '--requirement': 'requirements',
  '-c': 'constraints',
  '--constraint': 'constraints',
  '-e': 'editable',
  '--editable': 'editable',
  '--no-binary': 'source',
  '-f': 'find-links',
  '--find-links': 'find-links',
  '-i': 'value',
  '--index-url': 'value',
  '--pypi-url': 'value',
  '--extra-index-url': 'value',
  '--trusted-host': 'value',
  '--no-index': 'flag',
  '--pre': 'flag',
  '--prefer-binary': 'flag',
  '--require-hashes': 'drop',
  '--only-binary': 'drop-value',
  '--use-feature': 'drop-value',
}

/** Reads an option line; `directory` is the folder of the file that it stands in. */
export function readOptions(place: Place, directory: string, env: Environment): Option[] {
  const words = split(place.written)
  const options: Option[] = []
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const [, name = word, joined] = /^(--[\w-]+)=(.*)$/s.exec(word) ?? /^(-\w)(.+)$/s.exec(word) ?? []
    const kind = kinds[name]
    if (kind === undefined) {
      throw refusal('syntax', place, `${name} is not an option that mse knows in a requirements file`, {
        next: 'remove the option',
      })
    }
    const needsValue = kind !== 'flag' && kind !== 'drop'
    const value = needsValue ? (joined ?? words.shift()) : ''
    if (value === undefined) throw refusal('syntax', place, `${name} needs a value`, { next: 'complete the line' })
    options.push(readOption(kind, name, value, { place, directory, env }))
  }
  return options
}

interface Context {
  readonly place: Place
  readonly directory: string
  readonly env: Environment
}

function readOption(kind: Kind, name: string, value: string, { place, directory, env }: Context): Option {
  switch (kind) {
    case 'requirements':
    case 'constraints':
      return { kind: 'include', file: expand(value, env), constraints: kind === 'constraints' }
    case 'editable':
    case 'source':
      throw refusal('not-a-wheel', place, 'only wheels are installed, nothing is built from source', {
        next: `make a wheel ('pip wheel … -w wheels') and put '--find-links wheels' in place of this line`,
      })
    case 'find-links': {
      // pip looks for it beside the file that names it; the file that pip gets lies elsewhere.
      const beside = resolve(directory, expand(value, env))
      return { kind: 'pass', text: `${name} ${quote(existsSync(beside) ? beside : value)}` }
    }
    case 'value':
      return { kind: 'pass', text: `${name} ${quote(value)}` }
    case 'flag':
      return { kind: 'pass', text: name }
    default:
      return { kind: 'ignore' }
  }
}

/** `${NAME}` as pip replaces it. */
export function expand(text: string, env: Environment): string {
  return text.replaceAll(/\$\{([A-Z0-9_]+)\}/g, (whole, name: string) => env[name] || whole)
}

/** Words as a shell splits them, quotes removed. */
function split(text: string): string[] {
  const words = text.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []
  return words.map((word) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'))
}

function quote(word: string): string {
  return /^[\w@%+=:,./${}~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`
}
