import { findCommand } from './commands.ts'
import { exitCode } from './exit-code.ts'
import { commandHelp, programHelp } from './help.ts'
import { createTerminal } from './terminal.ts'
import { describeFailure, printFailure } from './report-error.ts'
import { lenientSettings, takeSettings } from './settings.ts'
import { readValues } from './values.ts'
import { version } from './version.ts'
import { writeCrashLog } from './crash-log.ts'
import type { Settings } from './settings.ts'
import type { Input } from './command.ts'
import type { ProductWriter, Terminal } from './terminal.ts'
import type { Writer } from './progress/interface.ts'

/** The process that runs a command. */
export interface Host {
  readonly stdin: () => Input
  readonly stdout: Stream & ProductWriter
  readonly stderr: Stream
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly now: () => Date
  /** Roots believed to be Intel's, in place of Intel's. Tests alone run commands with it; no option or variable sets it. */
  readonly rootsForTesting?: readonly string[]
  readonly onSignal: (listener: () => void) => void
  readonly exit: (code: number) => void
}

interface Stream extends Writer {
  on?(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown
}

/** From a command line to its exit code: the life of every command. */
export async function run(argv: readonly string[], host: Host): Promise<number> {
  const line = withoutGroup(argv)
  const controller = new AbortController()
  const closed = watch(host, controller)
  let terminal = terminalFor(lenientSettings(line), host)
  let command: string | null = null
  try {
    const { settings, rest } = takeSettings(line)
    terminal = terminalFor(settings, host)
    const words = rest[0] === 'help' ? rest.slice(1) : rest
    if (settings.version) return show(terminal, version(), { version: version() })
    if (settings.help || rest[0] === 'help') return show(terminal, await helpFor(words))
    if (rest.length === 0) terminal.say(programHelp())
    const { parse } = await import('./program.ts')
    const request = await parse(rest)
    command = request.entry.name
    const values = readValues(request.command.arguments, { cwd: host.cwd, env: host.env, words: request.words })
    const { stdin, cwd, env, now, rootsForTesting } = host
    const context = { terminal, stdin, signal: controller.signal, cwd, env, now, rootsForTesting }
    const { data = null, text } = await request.command.run(values, context)
    return show(terminal, text, data, command)
  } catch (error) {
    const trace = (unknown: unknown): string => writeCrashLog(unknown, { command, env: host.env, now: host.now() })
    const failure = describeFailure(error, controller.signal.aborted, trace)
    // Whoever read stdout has had enough: not a failure of ours.
    if (closed() && failure.report.code === 'interrupted') return 0
    printFailure(failure, terminal)
    terminal.envelope({
      schema: 'mse-cli/1',
      ok: false,
      command,
      data: failure.data,
      warnings: terminal.warnings,
      error: failure.report,
    })
    return failure.exit
  }
}

/** `mse home X` and `mse cloud X` are the old names of `mse X`. */
function withoutGroup(argv: readonly string[]): readonly string[] {
  return argv[0] === 'home' || argv[0] === 'cloud' ? argv.slice(1) : argv
}

function terminalFor(settings: Settings, { stdout, stderr, env }: Host): Terminal {
  return createTerminal(settings, { stdout, stderr, env, clock: () => performance.now() / 1000 })
}

function show(terminal: Terminal, text?: string, data: unknown = null, command: string | null = null): number {
  if (text !== undefined) terminal.product(text)
  terminal.envelope({ schema: 'mse-cli/1', ok: true, command, data, warnings: terminal.warnings, error: null })
  return 0
}

async function helpFor(words: readonly string[]): Promise<string> {
  if (words.length === 0) return programHelp()
  const found = await findCommand(words[0])
  if (found !== undefined) return commandHelp(found.entry, found.command)
  // Refuses the unknown command with a suggestion.
  const { parse } = await import('./program.ts')
  await parse(words)
  return programHelp()
}

/** The first signal asks the command to stop; the second does not ask. */
function watch(host: Host, controller: AbortController): () => boolean {
  let closed = false
  host.onSignal(() => {
    if (controller.signal.aborted) host.exit(exitCode('interrupted'))
    controller.abort()
  })
  host.stdout.on?.('error', (error) => {
    closed = error.code === 'EPIPE'
    controller.abort()
  })
  // Whoever listened to the conversation has gone; the work goes on.
  host.stderr.on?.('error', () => undefined)
  return () => closed
}
