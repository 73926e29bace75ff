import { parseArgs } from 'node:util'
import { MseError } from '@mse/core/error'
import { kebab, type Arguments } from './arguments.ts'
import { commands, findCommand } from './commands.ts'
import { originalCommands } from './original/commands.ts'
import { originalGlobals, originalOptions } from './original/options.ts'
import { globalOptions } from './settings.ts'
import { suggestion } from './suggestion.ts'
import type { Command, Entry } from './command.ts'

/** What a command line asks for. */
export interface Request {
  readonly entry: Entry
  readonly command: Command
  /** By the names of arguments: words, lists of words, true for flags. */
  readonly words: Readonly<Record<string, unknown>>
}

/**
 * Finds the command that a line names, and takes the line apart. Only that command is loaded.
 *
 * @throws MseError `usage/*`
 */
export async function parse([name, ...line]: readonly string[]): Promise<Request> {
  if (name === undefined) throw new MseError('usage/no-command', 'no command was given', { next: 'mse --help' })
  const found = await findCommand(name)
  if (found !== undefined) return { ...found, words: readWords(found.entry, found.command.arguments, line) }
  const instead = originalCommands[name]
  if (instead !== undefined) throw ofTheOriginal('command', name, instead)
  const [option = ''] = name.split('=')
  if (originalGlobals[option] !== undefined) throw ofTheOriginal('option', option, originalGlobals[option])
  if (name.startsWith('-')) {
    throw new MseError('usage/no-command', 'options go behind the command', { next: 'mse --help' })
  }
  const names = commands.map((entry) => entry.name)
  throw usageError('unknown-command', `unknown command '${name}'`, 'mse --help', suggestion(name, names))
}

function readWords({ name: command }: Entry, args: Arguments, line: readonly string[]): Record<string, unknown> {
  const help = `mse ${command} --help`
  const options = Object.entries(args).filter(([, { positional }]) => !positional)
  const places = Object.entries(args).filter(([, { positional }]) => positional)
  const found: Record<string, unknown> = {}
  const given: string[] = []
  for (const token of tokensOf(options, line)) {
    if (token.kind === 'positional') given.push(token.value)
    if (token.kind !== 'option') continue
    const [key, argument] = options.find(([own]) => kebab(own) === token.name) ?? []
    if (key === undefined || argument === undefined) throw unknownOption(command, token.rawName, options)
    const isFlag = argument.kind === 'flag'
    if (isFlag && token.value !== undefined)
      throw usageError('malformed', `option '${token.rawName}' takes no value`, help)
    if (!isFlag && token.value === undefined)
      throw usageError('missing', `option '${token.rawName}' has no value`, help)
    const before = found[key] as readonly string[] | undefined
    found[key] = isFlag ? true : argument.details.repeat ? [...(before ?? []), token.value] : token.value
  }
  const rest = places.reduce((words, [key, { details }]) => {
    found[key] = details.repeat ? words : words[0]
    return words.slice(details.repeat ? words.length : 1)
  }, given)
  if (rest.length === 0) return found
  throw usageError('too-many', `more arguments than ${command} takes: ${rest.join(' ')}`, help)
}

type Options = readonly (readonly [string, Arguments[string]])[]

function tokensOf(options: Options, line: readonly string[]): NonNullable<ReturnType<typeof parseArgs>['tokens']> {
  const known = options.map(([key, { kind, details }]) => {
    const short = details.short === undefined ? {} : { short: details.short }
    return [kebab(key), { type: kind === 'flag' ? 'boolean' : 'string', ...short }] as const
  })
  // Not strict: what is wrong is said above, in our own words.
  return parseArgs({ args: [...line], options: Object.fromEntries(known), strict: false, tokens: true }).tokens
}

function unknownOption(command: string, raw: string, options: Options): MseError {
  const instead = originalOptions[command]?.[raw] ?? originalGlobals[raw]
  if (instead !== undefined) return ofTheOriginal('option', raw, instead)
  // settings.ts has taken the common ones out of the line; misspelt ones are here.
  const common = globalOptions.map(([flags]) => /--[a-z-]+/.exec(flags)?.[0] ?? '')
  const names = [...options.map(([key]) => `--${kebab(key)}`), ...common]
  return usageError('unknown-option', `unknown option '${raw}'`, `mse ${command} --help`, suggestion(raw, names))
}

/** What people know from the original system is refused by its name, with what takes its place (docs/from-the-original.md). */
function ofTheOriginal(kind: 'command' | 'option', word: string, next: string): MseError {
  const code = kind === 'command' ? 'usage/original-command' : 'usage/original-option'
  return new MseError(code, `'${word}' is of the original system, and mse does not have it`, { next })
}

function usageError(word: string, message: string, help: string, meant?: string): MseError {
  const next = meant === undefined ? help : `did you mean ${meant}? Otherwise: ${help}`
  return new MseError(`usage/${word}`, message, { next })
}
