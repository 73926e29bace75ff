import { hash } from 'node:crypto'
import { chmodSync, closeSync, constants, fchmodSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { MseError } from '../../error.ts'
import type { InstalledFile, InstalledSet } from './installed-set.ts'

/**
 * Copies the tree of a set into `destination`, which must not have any of its files yet. What is written is what was
 * hashed: a file that is not as the set describes it is never copied.
 *
 * @throws MseError `dependencies/cache-damaged`: discard the set and install it again
 */
export async function copyTree(set: InstalledSet, destination: string): Promise<void> {
  const made = new Set<string>()
  // One buffer for all, with a byte more than the largest file to notice that it has grown.
  const buffer = Buffer.allocUnsafeSlow(Math.max(0, ...set.files.map((file) => file.size)) + 1)
  for (const [count, file] of set.files.entries()) {
    const target = join(destination, file.path)
    makeFolder(dirname(target), made)
    writeNew(target, readVerified(set, file, buffer), file.mode)
    // Synchronous calls are much faster for small files; now and then the rest of the program gets its turn.
    if (count % 128 === 127) await new Promise(setImmediate)
  }
}

function readVerified(set: InstalledSet, file: InstalledFile, buffer: Buffer): Buffer {
  let bytes: Buffer | undefined
  let cause: unknown
  try {
    bytes = read(join(set.directory, file.path), buffer.subarray(0, file.size + 1))
  } catch (error) {
    cause = error
  }
  if (bytes?.length === file.size && hash('sha256', bytes, 'hex') === file.sha256) return bytes
  throw new MseError('dependencies/cache-damaged', `${file.path} in the cache is not what was installed`, {
    expected: `${file.size} bytes with SHA-256 ${file.sha256}`,
    found: bytes ? 'other bytes' : String(cause),
    next: `rm -r ${dirname(set.directory)}`,
    cause,
  })
}

/** What fits into the buffer; a link is not followed. */
function read(path: string, buffer: Buffer): Buffer {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    let length = 0
    for (let got = -1; got !== 0 && length < buffer.length; length += got) {
      got = readSync(descriptor, buffer, length, buffer.length - length, null)
    }
    return buffer.subarray(0, length)
  } finally {
    closeSync(descriptor)
  }
}

function writeNew(path: string, bytes: Buffer, mode: InstalledFile['mode']): void {
  const descriptor = openSync(path, 'wx')
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written)
    fchmodSync(descriptor, Number.parseInt(mode, 8))
  } finally {
    closeSync(descriptor)
  }
}

/** Makes a folder and those above it, 0755 whatever the umask. */
function makeFolder(path: string, made: Set<string>): void {
  if (made.has(path)) return
  const first = mkdirSync(path, { recursive: true })
  if (first !== undefined) for (let one = path; one.length >= first.length; one = dirname(one)) chmodSync(one, 0o755)
  made.add(path)
}
