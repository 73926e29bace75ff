import { createHash, hash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs'
import { join, relative } from 'node:path'
import { MseError } from '../error.ts'
import type { Artefact } from './artefact.ts'
import { foldersOf, unlisted, type IndexedFile } from './index-file.ts'

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants

/**
 * Checks every file of a package against its index, and that there is no other: what platforms do before they measure.
 *
 * @throws MseError `package/file-changed`, `package/file-missing`, `package/file-added`
 */
export async function checkFiles({ directory, index }: Artefact): Promise<void> {
  const block = Buffer.allocUnsafe(1 << 20)
  for (const [count, file] of index.files.entries()) {
    checkFile(directory, file, block)
    // Synchronous calls are much faster for small files; now and then the rest of the program gets its turn.
    if (count % 32 === 31) await new Promise(setImmediate)
  }
  refuseOthers(directory, [...unlisted, ...index.files.map((file) => file.path)])
}

/** An empty folder too is something that Python can import, and a link to a folder is no folder. */
function refuseOthers(directory: string, listed: readonly string[]): void {
  const files = new Set(listed)
  const folders = new Set(listed.flatMap(foldersOf))
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    const path = relative(directory, join(entry.parentPath, entry.name))
    if ((entry.isDirectory() ? folders : files).has(path)) continue
    throw new MseError('package/file-added', `${path} is in the package but not in its index`)
  }
}

function checkFile(directory: string, file: IndexedFile, block: Buffer): void {
  let descriptor: number
  try {
    // A pipe in place of the file would be waited for without O_NONBLOCK.
    descriptor = openSync(join(directory, file.path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (cause) {
    throw new MseError('package/file-missing', `${file.path} is in the index but cannot be read`, { cause })
  }
  try {
    const status = fstatSync(descriptor)
    const mode = (status.mode & 0o111) === 0 ? '0644' : '0755'
    if (!status.isFile() || status.size !== file.size || mode !== file.mode) {
      throw changed(file, `${file.size} bytes, mode ${file.mode}`, `${status.size} bytes, mode ${mode}`)
    }
    const sha256 = hashOf(descriptor, block)
    if (sha256 !== file.sha256) throw changed(file, `SHA-256 ${file.sha256}`, `SHA-256 ${sha256}`)
  } finally {
    closeSync(descriptor)
  }
}

/** SHA-256 in hex. Most files fit into one block, and to hash one block at once takes a third of the time. */
function hashOf(descriptor: number, block: Buffer): string {
  let read = readSync(descriptor, block)
  if (read < block.length) {
    const more = readSync(descriptor, block, read, block.length - read, null)
    if (more === 0) return hash('sha256', block.subarray(0, read), 'hex')
    read += more
  }
  const rest = createHash('sha256')
  for (; read !== 0; read = readSync(descriptor, block)) rest.update(block.subarray(0, read))
  return rest.digest('hex')
}

function changed(file: IndexedFile, expected: string, found: string): MseError {
  return new MseError('package/file-changed', `${file.path} is not the file that was measured`, {
    expected,
    found,
    next: 'Build the package again (mse package), or get it again from its owner.',
  })
}
