import * as v from 'valibot'
import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { replaceFile } from '../../state/files.ts'
import type { BlobStore } from '../../oci/store/blob-store.ts'
import type { Blob } from './describe-image.ts'
import type { PackedFile } from './layers.ts'

/** Part of every key: a change to how layers are written gets another number. */
const edition = 1

const blob: v.GenericSchema<unknown, Blob> = v.strictObject({
  digest: v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/)),
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
})

/** What a layer is a function of, as 64 hex digits: path, size, mode and hash of each of its files. */
export function layerKey(files: readonly PackedFile[]): string {
  const listed = files.map(({ path, size, mode, sha256 }) => [path, size, mode, sha256])
  return createHash('sha256')
    .update(JSON.stringify([edition, listed]))
    .digest('hex')
}

/** The layer that was made of such files before. */
export async function knownLayer(store: BlobStore, key: string): Promise<Blob | undefined> {
  try {
    return v.parse(blob, JSON.parse(await readFile(pathOf(store, key), 'utf8')))
  } catch {
    return undefined
  }
}

export async function rememberLayer(store: BlobStore, key: string, { digest, size }: Blob): Promise<void> {
  const path = pathOf(store, key)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  // Lost, or half there after a power cut, it costs one layer.
  await replaceFile(path, JSON.stringify({ digest, size }), 0o600, false)
}

function pathOf(store: BlobStore, key: string): string {
  return join(store.directory, 'layers', `${key}.json`)
}
