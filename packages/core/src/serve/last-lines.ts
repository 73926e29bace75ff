import type { FileHandle } from 'node:fs/promises'

/** Where the last `lines` lines of a file begin, and how many there are too few. */
export interface LastLines {
  readonly start: number
  readonly missing: number
}

/** Reads backwards in blocks until enough line ends were seen. */
export async function startOfLastLines(file: FileHandle, size: number, lines: number): Promise<LastLines> {
  if (lines === 0) return { start: size, missing: 0 }
  let wanted = (await endsWithLine(file, size)) ? lines + 1 : lines
  for (let end = size; end > 0;) {
    const begin = Math.max(0, end - 64 * 1024)
    const { buffer } = await file.read(Buffer.alloc(end - begin), 0, end - begin, begin)
    for (let at = buffer.length - 1; at >= 0; at -= 1) {
      if (buffer[at] === 0x0a) wanted -= 1
      if (wanted === 0) return { start: begin + at + 1, missing: 0 }
    }
    end = begin
  }
  return { start: 0, missing: size === 0 ? lines : wanted - 1 }
}

/** The last line may not have an end yet. */
async function endsWithLine(file: FileHandle, size: number): Promise<boolean> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
  return bytesRead === 1 && buffer[0] === 0x0a
}
