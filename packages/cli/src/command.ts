import type { Arguments, Values } from './arguments.ts'
import type { Terminal } from './terminal.ts'

export type { Argument } from './arguments.ts'
export { choice, flag, integer, path, positional, text } from './arguments.ts'

/** Standard input. */
export interface Input extends AsyncIterable<Uint8Array> {
  readonly isTTY?: boolean
}

/** Everything of the outside world that a command may touch. */
export interface Context {
  readonly terminal: Terminal
  /** Opened by who reads it. */
  readonly stdin: () => Input
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now: () => Date
  /** See `Given` of the verifier. */
  readonly rootsForTesting?: readonly string[] | undefined
}

export interface Result {
  /** Goes into the JSON envelope. */
  readonly data?: unknown
  /** Goes to stdout for people and scripts. */
  readonly text?: string | undefined
}

export interface Definition<A extends Arguments> {
  /** Two command lines, each with what it does; the help starts with them. */
  readonly examples: readonly (readonly [line: string, effect: string])[]
  /** Names of commands that come before, after or instead. */
  readonly related: readonly string[]
  readonly arguments: A
  run(args: Values<A>, context: Context): Promise<Result>
}

export interface Command extends Omit<Definition<Arguments>, 'run'> {
  run(args: Readonly<Record<string, unknown>>, context: Context): Promise<Result>
}

/** A command is data plus a handler; the types of `args` follow from the data. */
export function defineCommand<const A extends Arguments>(definition: Definition<A>): Command {
  return definition as unknown as Command
}

/** A command in the list: light, so that `mse --help` loads no handler. */
export interface Entry {
  readonly name: string
  readonly summary: string
  readonly load: () => Promise<{ readonly command: Command }>
}
