import { open } from 'node:fs/promises'
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
  const file = await open(join(folder, 'log'), 'r').catch((cause: unknown) => {
    throw new MseError('serve/no-log', 'there is no log yet', { cause, next: 'mse status NAME' })
  })
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
    }
  } finally {
    await file.close()
  }
}

/** Reads backwards in blocks until enough line ends were seen. */
async function startOfLastLines(file: Awaited<ReturnType<typeof open>>, size: number, lines: number): Promise<number> {
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
async function endsWithLine(file: Awaited<ReturnType<typeof open>>, size: number): Promise<boolean> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
  return bytesRead === 1 && buffer[0] === 0x0a
}
