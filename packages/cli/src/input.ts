import { MseError } from '@mse/core/error'
import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { positional, text, type Argument, type Context } from './command.ts'

/** What a command reads that works on files and on pipes. */
export const fileArgument: Argument<string | undefined> = positional(text('the file; default: standard input'))

/** The bytes of a file; of standard input for `-`, or when none is named. */
export async function readInput(file: string | undefined, { cwd, stdin }: Context): Promise<AsyncIterable<Uint8Array>> {
  if (file !== undefined && file !== '-') return readBlocks(resolve(cwd, file))
  const input = stdin()
  if (input.isTTY !== true) return input
  throw new MseError('usage/missing', 'FILE is missing, and nothing comes through a pipe', {
    next: 'give FILE, or pipe something into the command',
  })
}

/** All of it, up to a limit in bytes. */
export async function readWholeInput(file: string | undefined, limit: number, context: Context): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of await readInput(file, context)) {
    size += part.length
    if (size > limit) {
      throw new MseError('usage/input', 'what comes in is too long', { expected: `at most ${limit} bytes` })
    }
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** Opened at once, so that a file that is not there is told before anything else happens. */
async function readBlocks(path: string): Promise<AsyncIterable<Uint8Array>> {
  const unreadable = (cause: NodeJS.ErrnoException): never => {
    throw new MseError('usage/input', `${path} cannot be read`, { found: cause.code ?? '', cause })
  }
  const handle = await open(path, 'r').catch(unreadable)
  if ((await handle.stat()).isDirectory()) {
    await handle.close()
    throw new MseError('usage/input', `${path} is a folder`, { next: `tar -c ${path} | mse …` })
  }
  return handle.createReadStream({ highWaterMark: 1 << 20 })
}
