import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'

/**
 * Writes a file so that a reader sees the old content or the new one, never a part of it.
 *
 * @param flush whether that holds after a power cut too; it waits for the disk, and for whatever else goes there
 */
export async function replaceFile(
  path: string,
  content: string | Uint8Array,
  mode = 0o600,
  flush = true,
): Promise<void> {
  const temporary = temporaryName(path)
  try {
    await writeFile(temporary, content, { mode, flag: 'wx', flush })
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** Creates a file with its whole content at once; if somebody else was first, theirs stays and false comes back. */
export async function writeNewFile(path: string, content: string, mode = 0o600): Promise<boolean> {
  const temporary = temporaryName(path)
  await writeFile(temporary, content, { mode, flag: 'wx' })
  try {
    await link(temporary, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(temporary, { force: true })
  }
}

/** The JSON of a file, or undefined if there is no such file or it holds none. */
export async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function temporaryName(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}.tmp`
}
