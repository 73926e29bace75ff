import { open, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MseError } from '../error.ts'

/**
 * What an application and its supervisor have printed, from `lines` lines before the end; with `follow`, also what they print
 * from now on, until the signal.
 */
export async function* readLogs(
  folder: string,
  { lines, follow, signal }: { lines: number; follow: boolean; signal: AbortSignal },
): AsyncGenerator<string> {
  let file = await openLog(folder)
  try {
    const { size } = await file.stat()
    let position = await startOfLastLines(file, size, lines)
    const decoder = new TextDecoder()
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, position)
      position += bytesRead
      if (bytesRead > 0) yield decoder.decode(buffer.subarray(0, bytesRead), { stream: true })
      else if (!follow) return
      else await sleep(100, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return
      if (bytesRead === 0 && (await hasBegunAgain(file, join(folder, 'log')))) {
        await file.close()
        file = await openLog(folder)
        position = 0
      }
    }
  } finally {
    await file.close()
  }
}

async function openLog(folder: string): Promise<FileHandle> {
  return open(join(folder, 'log'), 'r').catch((cause: unknown) => {
    throw new MseError('serve/no-log', 'there is no log yet', { cause, next: 'mse status NAME' })
  })
}

/** An application that is deployed again has a new log of the same name. */
async function hasBegunAgain(file: FileHandle, path: string): Promise<boolean> {
  const [ours, now] = await Promise.all([file.stat(), stat(path).catch(() => undefined)])
  return now !== undefined && now.ino !== ours.ino
}

/** Reads backwards in blocks until enough line ends were seen. */
async function startOfLastLines(file: FileHandle, size: number, lines: number): Promise<number> {
  if (lines === 0) return size
  let wanted = (await endsWithLine(file, size)) ? lines + 1 : lines
  for (let end = size; end > 0;) {
    const begin = Math.max(0, end - 64 * 1024)
    const { buffer } = await file.read(Buffer.alloc(end - begin), 0, end - begin, begin)
    for (let at = buffer.length - 1; at >= 0; at -= 1) {
      if (buffer[at] === 0x0a) wanted -= 1
      if (wanted === 0) return begin + at + 1
    }
    end = begin
  }
  return 0
}

/** The last line may not have an end yet. */
async function endsWithLine(file: FileHandle, size: number): Promise<boolean> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
  return bytesRead === 1 && buffer[0] === 0x0a
}
