import { Command as Parser, CommanderError, Option } from 'commander'
import { MseError } from '@mse/core/error'
import { kebab } from './arguments.ts'
import { commands, findCommand } from './commands.ts'
import { globalOptions } from './settings.ts'
import { optionUsage } from './help.ts'
import type { Command, Entry } from './command.ts'

/** What a command line asks for. */
export interface Request {
  readonly entry: Entry
  readonly command: Command
  readonly words: Readonly<Record<string, unknown>>
}

/** Only this file knows commander. Only the command that the line names is loaded. */
export async function parse(argv: readonly string[]): Promise<Request> {
  if (argv.length === 0) throw new MseError('usage/no-command', 'no command was given', { next: 'mse --help' })
  const found = await findCommand(argv[0])
  let words: Record<string, unknown> = {}
  const program = quiet(new Parser('mse'))
  for (const { name } of commands) {
    const parser = quiet(program.command(name))
    if (name === found?.entry.name) describe(parser, found.command, (given) => (words = given))
  }
  try {
    program.parse(argv, { from: 'user' })
  } catch (error) {
    throw error instanceof CommanderError ? usageError(error, found?.entry) : error
  }
  if (found === undefined)
    throw new MseError('usage/no-command', 'options go behind the command', { next: 'mse --help' })
  return { ...found, words }
}

function quiet(parser: Parser): Parser {
  return parser
    .exitOverride()
    .helpOption(false)
    .helpCommand(false)
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined })
}

function describe(parser: Parser, command: Command, done: (words: Record<string, unknown>) => void): void {
  const places: string[] = []
  // settings.ts has taken these out of the line; here they are suggestions for misspelt ones.
  for (const [flags] of globalOptions) parser.addOption(new Option(flags.replace('KIND', '<value>')))
  for (const [key, argument] of Object.entries(command.arguments)) {
    const { repeat } = argument.details
    if (argument.positional) {
      places.push(key)
      // Never `<required>`: a missing value is reported by values.ts, which also knows the environment.
      parser.argument(`[${kebab(key)}${repeat ? '...' : ''}]`)
    } else {
      const flags = optionUsage(key, argument).replace(/ (\S+)$/, ' <value>')
      const option = new Option(argument.kind === 'flag' ? optionUsage(key, argument) : flags)
      if (repeat) option.argParser((word, list: string[] | undefined) => [...(list ?? []), word])
      parser.addOption(option)
    }
  }
  parser.action((...given: unknown[]) => {
    done({ ...parser.opts(), ...Object.fromEntries(places.map((key, i) => [key, given[i]])) })
  })
}

/** Commander words a suggestion as a second line in brackets. */
function usageError(error: CommanderError, entry: Entry | undefined): MseError {
  const [first = '', second = ''] = error.message.replace(/^error: /, '').split('\n')
  const suggestion = /\(Did you mean (.+)\?\)/.exec(second)?.[1]
  const help = entry === undefined ? 'mse --help' : `mse ${entry.name} --help`
  const code = {
    'commander.unknownCommand': 'usage/unknown-command',
    'commander.unknownOption': 'usage/unknown-option',
    'commander.excessArguments': 'usage/too-many',
    'commander.optionMissingArgument': 'usage/missing',
  }[error.code]
  const next = suggestion === undefined ? help : `did you mean ${suggestion}? Otherwise: ${help}`
  return new MseError(code ?? 'usage/malformed', first, { next })
}
