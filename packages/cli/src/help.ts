import { kebab } from './arguments.ts'
import { commands, examples } from './commands.ts'
import { displayName } from './values.ts'
import { globalOptions } from './settings.ts'
import type { Argument } from './arguments.ts'
import type { Command, Entry } from './command.ts'

type Line = readonly [left: string, right: string]

/** `mse --help`. */
export function programHelp(): string {
  return sections([
    ['', examples.map(([line, effect]) => [line, effect] as const)],
    ['Commands, in the order of an application’s life', commands.map(({ name, summary }) => [name, summary] as const)],
    ['Every command has', [...globalOptions, ['-V, --version', 'print the version']]],
    ['', [['mse COMMAND --help', 'explains a command; `mse home X` and `mse cloud X` are `mse X`']]],
  ])
}

/** `mse COMMAND --help`: two examples first, related commands last. */
export function commandHelp({ name, summary }: Entry, command: Command): string {
  const all = Object.entries(command.arguments)
  const places = all.filter(([, argument]) => argument.positional)
  const options = all.filter(([, argument]) => !argument.positional)
  const usage = ['mse', name, ...places.map(([key, argument]) => placeUsage(key, argument)), '[OPTIONS]'].join(' ')
  const related = commands.filter((entry) => command.related.includes(entry.name))
  return sections([
    ['', command.examples],
    [`${usage}\n  ${summary}`, []],
    ['Arguments', places.map(([key, argument]) => [displayName(key, argument), explain(argument)])],
    ['Options', options.map(([key, argument]) => [optionUsage(key, argument), explain(argument)])],
    ['Common options', globalOptions],
    ['Related commands', related.map((entry) => [entry.name, entry.summary])],
  ])
}

/** `-f, --follow`, `--policy FILE`: as the help shows an option. */
export function optionUsage(key: string, { kind, details }: Argument): string {
  const names = `${details.short === undefined ? '' : `-${details.short}, `}--${kebab(key)}`
  const value = details.value ?? { flag: '', text: 'TEXT', integer: 'N', path: 'PATH', choice: 'KIND' }[kind]
  return value === '' ? names : `${names} ${value}`
}

function placeUsage(key: string, argument: Argument): string {
  const name = `${displayName(key, argument)}${argument.details.repeat ? '...' : ''}`
  return argument.details.required ? name : `[${name}]`
}

function explain({ description, details }: Argument): string {
  const notes = [
    ...(details.choices === undefined ? [] : [details.choices.join(' | ')]),
    ...(details.required ? ['required'] : []),
    ...(details.repeat ? ['may be repeated'] : []),
    ...(details.default === undefined ? [] : [`default ${String(details.default)}`]),
    ...(details.env === undefined ? [] : [`or $${details.env}`]),
  ]
  return notes.length === 0 ? description : `${description} (${notes.join(', ')})`
}

function sections(list: readonly (readonly [title: string, lines: readonly Line[]])[]): string {
  const width = Math.max(...list.flatMap(([, lines]) => lines.map(([left]) => left.length)))
  return list
    .filter(([title, lines]) => lines.length > 0 || title.includes('\n'))
    .map(([title, lines]) => {
      const body = lines.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd())
      return [...(title === '' ? [] : [title]), ...body].join('\n')
    })
    .join('\n\n')
}
