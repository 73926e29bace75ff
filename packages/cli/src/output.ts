import { MseError } from '@mse/core/error'
import { writeStream } from '@mse/core/state/write-stream'
import { resolve } from 'node:path'
import { flag, text, type Argument, type Context, type Result } from './command.ts'

/** Where a command writes that works on files and on pipes. */
export const outputArguments: {
  readonly output: Argument<string | undefined>
  readonly force: Argument<boolean>
} = {
  output: text('where to write it; default: standard output', { short: 'o', value: 'FILE' }),
  force: flag('replace the file if there is one'),
}

export interface Output {
  readonly output: string | undefined
  readonly force: boolean
}

/** What is written: nobody but its owner reads a `secret` file; a terminal shows `text`, and `any` that turns out to be text. */
export type Content = 'secret' | 'binary' | 'text' | 'any'

/**
 * Writes what a command makes, to a file that is there only when it is whole, or to standard output as it comes.
 *
 * @throws MseError `usage/exists`, `usage/output`, `usage/terminal`, `usage/missing`
 */
export async function writeOutput(
  stream: AsyncIterable<Uint8Array>,
  { output, force }: Output,
  content: Content,
  context: Context,
): Promise<Result> {
  const { terminal, cwd, signal } = context
  if (output !== undefined && output !== '-') {
    const path = resolve(cwd, output)
    const mode = content === 'secret' || content === 'any' ? 0o600 : 0o666
    const bytes = await writeStream(path, stream, { mode, replace: force, signal })
    return { text: path, data: { output: path, bytes } }
  }
  if (terminal.json !== 'off') {
    throw new MseError('usage/missing', 'standard output is taken by --json', { next: 'give --output FILE' })
  }
  if (!terminal.isLookedAt) await terminal.bytes(untilAborted(stream, signal))
  else if (content === 'text' || content === 'any') await showText(stream, context)
  else throw notForTerminals(content)
  return {}
}

/** Bytes in memory as a stream. */
export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function* untilAborted(stream: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const block of stream) {
    signal.throwIfAborted()
    yield block
  }
}

/** Bytes that are no text could do to a terminal what they like. */
async function showText(stream: AsyncIterable<Uint8Array>, { terminal, signal }: Context): Promise<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for await (const block of untilAborted(stream, signal)) {
    const text = attempt(() => decoder.decode(block, { stream: true }))
    if (text === undefined || text.includes('\0')) throw notForTerminals('binary')
    terminal.chunk(text)
  }
}

function notForTerminals(content: Content): MseError {
  const what = content === 'secret' ? 'a secret' : 'binary data'
  return new MseError('usage/terminal', `${what} is not written to a terminal`, {
    next: 'give --output FILE, or pipe it into another program',
  })
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
