import { open, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MseError } from '../error.ts'
import { startOfLastLines } from './last-lines.ts'

export interface LogOptions {
  readonly lines: number
  readonly follow: boolean
  readonly signal: AbortSignal
}

/**
 * What an application and its supervisor have printed, from `lines` lines before the end; with `follow`, also what they print
 * from now on, until the signal. A log that became too long goes on in `log.1` (spec/6-state.md).
 */
export async function* readLogs(folder: string, { lines, follow, signal }: LogOptions): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  const text = (bytes: Buffer): string => decoder.decode(bytes, { stream: true })
  let file = await openLog(folder)
  try {
    const { size } = await file.stat()
    const newer = await startOfLastLines(file, size, lines)
    if (newer.missing > 0) yield* olderLines(folder, newer.missing, text)
    for (let position = newer.start; ;) {
      const bytes = await readAt(file, position)
      position += bytes.length
      if (bytes.length > 0) yield text(bytes)
      else if (!follow) return
      else await sleep(100, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return
      if (bytes.length > 0) continue
      if (await hasBegunAgain(file, join(folder, 'log'))) {
        await file.close()
        file = await openLog(folder)
        position = 0
      } else if ((await file.stat()).size < position) {
        yield* olderFrom(folder, position, text)
        position = 0
      }
    }
  } finally {
    await file.close()
  }
}

/** The last lines of the older log: what the newer one is short of. */
async function* olderLines(folder: string, lines: number, text: (bytes: Buffer) => string): AsyncGenerator<string> {
  const older = await openOlder(folder)
  if (older === undefined) return
  try {
    const { start } = await startOfLastLines(older, (await older.stat()).size, lines)
    yield* rest(older, start, text)
  } finally {
    await older.close()
  }
}

/** What was printed between the last look and the cut: the older log is a copy of what was cut. */
async function* olderFrom(folder: string, position: number, text: (bytes: Buffer) => string): AsyncGenerator<string> {
  const older = await openOlder(folder)
  if (older === undefined) return
  try {
    yield* rest(older, position, text)
  } finally {
    await older.close()
  }
}

async function* rest(file: FileHandle, from: number, text: (bytes: Buffer) => string): AsyncGenerator<string> {
  for (let position = from; ;) {
    const bytes = await readAt(file, position)
    if (bytes.length === 0) return
    position += bytes.length
    yield text(bytes)
  }
}

async function readAt(file: FileHandle, position: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, position)
  return buffer.subarray(0, bytesRead)
}

async function openLog(folder: string): Promise<FileHandle> {
  return open(join(folder, 'log'), 'r').catch((cause: unknown) => {
    throw new MseError('serve/no-log', 'there is no log yet', { cause, next: 'mse status NAME' })
  })
}

async function openOlder(folder: string): Promise<FileHandle | undefined> {
  return open(join(folder, 'log.1'), 'r').catch(() => undefined)
}

/** An application that is deployed again has a new log of the same name. */
async function hasBegunAgain(file: FileHandle, path: string): Promise<boolean> {
  const [ours, now] = await Promise.all([file.stat(), stat(path).catch(() => undefined)])
  return now !== undefined && now.ino !== ours.ino
}
