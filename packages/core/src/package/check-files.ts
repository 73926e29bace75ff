import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { MseError } from '../error.ts'
import type { Artefact } from './artefact.ts'
import type { IndexedFile } from './index-file.ts'

/**
 * Checks every file of a package against its index, and that there is no other: what platforms do before they measure.
 *
 * @throws MseError `package/file-changed`, `package/file-missing`, `package/file-added`
 */
export function checkFiles({ directory, index }: Artefact): void {
  const block = Buffer.allocUnsafe(1 << 20)
  for (const file of index.files) checkFile(directory, file, block)
  const known = new Set(['index.json', 'signature.json', ...index.files.map((file) => file.path)])
  for (const path of everyFile(directory)) {
    if (!known.has(path)) throw new MseError('package/file-added', `${path} is in the package but not in its index`)
  }
}

function checkFile(directory: string, file: IndexedFile, block: Buffer): void {
  let descriptor: number
  try {
    descriptor = openSync(join(directory, file.path), constants.O_RDONLY | constants.O_NOFOLLOW)
  } catch (cause) {
    throw new MseError('package/file-missing', `${file.path} is in the index but cannot be read`, { cause })
  }
  try {
    const status = fstatSync(descriptor)
    const mode = (status.mode & 0o111) === 0 ? '0644' : '0755'
    if (!status.isFile() || status.size !== file.size || mode !== file.mode) {
      throw changed(file, `${file.size} bytes, mode ${file.mode}`, `${status.size} bytes, mode ${mode}`)
    }
    const hash = createHash('sha256')
    for (let read = -1; read !== 0;) {
      read = readSync(descriptor, block)
      hash.update(block.subarray(0, read))
    }
    const sha256 = hash.digest('hex')
    if (sha256 !== file.sha256) throw changed(file, `SHA-256 ${file.sha256}`, `SHA-256 ${sha256}`)
  } finally {
    closeSync(descriptor)
  }
}

function changed(file: IndexedFile, expected: string, found: string): MseError {
  return new MseError('package/file-changed', `${file.path} is not the file that was measured`, {
    expected,
    found,
    next: 'Build the package again (mse package), or get it again from its owner.',
  })
}

function* everyFile(directory: string, under = ''): Generator<string> {
  for (const entry of readdirSync(join(directory, under), { withFileTypes: true })) {
    const path = under === '' ? entry.name : `${under}/${entry.name}`
    if (entry.isDirectory()) yield* everyFile(directory, path)
    else yield path
  }
}
