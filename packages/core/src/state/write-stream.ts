import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { link, rename, rm, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { MseError } from '../error.ts'

export interface WriteOptions {
  /** Of the new file, less the umask. */
  readonly mode: number
  /** Whether a file that is there already gives way. */
  readonly replace: boolean
  readonly signal: AbortSignal
}

/**
 * Writes a stream to a file that is there only once the stream has ended well: of one that fails, nothing is left.
 *
 * @returns bytes written
 * @throws MseError `usage/exists`, `usage/output`, and whatever the stream throws
 */
export async function writeStream(
  path: string,
  source: AsyncIterable<Uint8Array>,
  { mode, replace, signal }: WriteOptions,
): Promise<number> {
  await refuseOccupied(path, replace)
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  const output = createWriteStream(temporary, { flags: 'wx', mode, highWaterMark: 4 << 20 })
  try {
    // What the stream throws passes as it is; the file's own errors are worded here.
    let failure: unknown
    output.on('error', (error) => (failure ??= error))
    await pipeline(Readable.from(source), output, { signal }).catch((error: unknown) => {
      throw error === failure && isOfFile(error) ? unwritable(path, error) : error
    })
    await (replace ? rename(temporary, path) : link(temporary, path)).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EEXIST' ? exists(path) : unwritable(path, error)
    })
    return output.bytesWritten
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Looked at before anything is read, and once more when the file is put into its place. */
async function refuseOccupied(path: string, replace: boolean): Promise<void> {
  const there = await stat(path).catch(() => undefined)
  if (there === undefined) return
  if (!there.isFile()) {
    throw new MseError('usage/output', `${path} is there and is no file that could be replaced`, {
      next: 'Choose another name; without --output it goes to standard output.',
    })
  }
  if (!replace) throw exists(path)
}

function exists(path: string): MseError {
  return new MseError('usage/exists', `${path} exists already`, { next: 'Choose another name, or say --force.' })
}

function unwritable(path: string, cause: NodeJS.ErrnoException): MseError {
  return new MseError('usage/output', `${path} cannot be written`, { found: cause.code ?? '', cause })
}

function isOfFile(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}
