import { createHash, type Hash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { MseError } from '../../error.ts'
import { blobPath } from '../../oci/layout/layout.ts'
import { endOfArchive, paddingOf, tarHeader } from '../../oci/tar/tar-header.ts'
import type { Blob } from './describe-image.ts'
import { layerItems, type PackedFile } from './layers.ts'

/**
 * Writes one layer of a package into a layout, uncompressed, and gives it its digest as name. Each file is hashed on the way: what
 * is in a layer is what its index says.
 *
 * @param files those of the layer
 * @param locate says where a file of a package lies, by its path in the package
 * @throws MseError `package/file-changed`
 */
export async function writeLayer(
  files: readonly PackedFile[],
  locate: (path: string) => string,
  layout: string,
): Promise<Blob> {
  const items = layerItems(files)
  const unnamed = join(layout, 'blobs/sha256', `.${items.length}.tmp`)
  const output = new LayerFile(unnamed)
  try {
    for (const [count, item] of items.entries()) {
      output.write(tarHeader(item))
      if (item.file !== undefined) copy(locate(item.file.path), item.file, output)
      // Synchronous calls are much faster for small files; now and then the rest of the program gets its turn.
      if (count % 32 === 31) await new Promise(setImmediate)
    }
    output.write(endOfArchive)
  } finally {
    output.close()
  }
  const digest = `sha256:${output.digest()}`
  await rename(unnamed, join(layout, blobPath(digest)))
  return { digest, size: output.size }
}

/** A new file that is hashed while it is written, in pieces of 1 MiB. */
class LayerFile {
  readonly #descriptor: number
  readonly #hash: Hash = createHash('sha256')
  readonly #buffer = Buffer.allocUnsafe(1 << 20)
  #filled = 0
  size = 0

  constructor(path: string) {
    this.#descriptor = openSync(path, 'wx', 0o644)
  }

  write(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      const copied = bytes.copy(this.#buffer, this.#filled, at)
      this.#filled += copied
      at += copied
      if (this.#filled === this.#buffer.length) this.#flush()
    }
  }

  close(): void {
    try {
      this.#flush()
    } finally {
      closeSync(this.#descriptor)
    }
  }

  digest(): string {
    return this.#hash.digest('hex')
  }

  #flush(): void {
    const part = this.#buffer.subarray(0, this.#filled)
    this.#hash.update(part)
    for (let at = 0; at < part.length;) at += writeSync(this.#descriptor, part, at)
    this.size += part.length
    this.#filled = 0
  }
}

const block = Buffer.allocUnsafe(1 << 20)

function copy(path: string, file: PackedFile, output: LayerFile): void {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const hash = createHash('sha256')
    let size = fstatSync(descriptor).isFile() ? 0 : Number.NaN
    for (let read = -1; read !== 0 && size <= file.size;) {
      read = readSync(descriptor, block)
      const part = block.subarray(0, read)
      hash.update(part)
      output.write(part)
      size += read
    }
    const found = hash.digest('hex')
    if (size !== file.size || found !== file.sha256) throw changed(file, size, found)
    output.write(Buffer.alloc(paddingOf(size)))
  } finally {
    closeSync(descriptor)
  }
}

function changed(file: PackedFile, size: number, sha256: string): MseError {
  return new MseError('package/file-changed', `${file.path} is not the file that was measured`, {
    expected: `${file.size} bytes, SHA-256 ${file.sha256}`,
    found: `${size} bytes, SHA-256 ${sha256}`,
    next: 'Build the package again (mse package), or get it again from its owner.',
  })
}
