import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'

/**
 * Opens a file that is somebody else's: a pipe would be waited for, and a link leads elsewhere.
 *
 * @throws Error unless it is a regular file
 */
export async function openRegularFile(path: string): Promise<{ readonly file: FileHandle; readonly size: number }> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const status = await file.stat()
    if (!status.isFile()) throw new Error(`${path} is not a regular file`)
    return { file, size: status.size }
  } catch (error) {
    await file.close()
    throw error
  }
}

/**
 * The bytes of a part of an open file. Ends early where the file does.
 *
 * @param scratch where each piece is put, which is then good until the next one is asked for: for whoever reads a lot and keeps nothing
 */
export async function* readPart(
  file: FileHandle,
  start: number,
  size: number,
  scratch?: Buffer,
): AsyncGenerator<Buffer> {
  const end = start + size
  for (let at = start; at < end;) {
    const most = Math.min(scratch?.length ?? 1 << 20, end - at)
    const { bytesRead, buffer } = await file.read(scratch?.subarray(0, most) ?? Buffer.allocUnsafe(most), {
      position: at,
    })
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    at += bytesRead
  }
}
