import { createHash } from 'node:crypto'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { IndexedFile } from './index-file.ts'

/** Writes one file of a package in clear and says how the index names it. */
export async function writeHashed(
  directory: string,
  path: string,
  content: Uint8Array,
  mode: IndexedFile['mode'] = '0644',
): Promise<IndexedFile> {
  const destination = join(directory, path)
  await mkdir(dirname(destination), { recursive: true })
  await writeFile(destination, content, { flag: 'wx' })
  await chmod(destination, Number.parseInt(mode, 8))
  return { path, size: content.length, mode, sha256: createHash('sha256').update(content).digest('hex') }
}
