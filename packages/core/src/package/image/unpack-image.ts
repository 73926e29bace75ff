import { createHash } from 'node:crypto'
import { chmodSync, closeSync, fchmodSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { MseError } from '../../error.ts'
import { layerBytes, ordinaryLimits } from '../../oci/layout/layer-bytes.ts'
import { readTar } from '../../oci/tar/read-tar.ts'
import type { Artefact } from '../artefact.ts'
import type { CheckedPackage } from './check-image.ts'
import { imageRoot, type PackedFile } from './layers.ts'

/**
 * Writes the files of a checked package into a new folder. Only what was checked is written: each entry has to be the one that was
 * read before, to the last byte.
 *
 * @throws MseError `package/file-changed` when the image changes meanwhile
 */
export async function unpackImage(checked: CheckedPackage, directory: string): Promise<Artefact> {
  const { image, index, indexBytes, files } = checked
  const made = new Set<string>()
  makeFolder(directory, made)
  for (const layer of image.layers) {
    for await (const entry of readTar(layerBytes(image.layout, layer, ordinaryLimits))) {
      if (entry.type === 'directory') continue
      const file = files.get(entry.path.slice(imageRoot.length + 1))
      if (file === undefined || entry.path !== `${imageRoot}/${file.path}`) throw changed(entry.path)
      const path = join(directory, file.path)
      makeFolder(dirname(path), made)
      await writeFile(path, file, entry.content())
    }
  }
  return { directory, index, indexBytes }
}

async function writeFile(path: string, file: PackedFile, content: AsyncIterable<Buffer>): Promise<void> {
  const hash = createHash('sha256')
  const descriptor = openSync(path, 'wx', 0o600)
  try {
    for await (const part of content) {
      hash.update(part)
      for (let at = 0; at < part.length;) at += writeSync(descriptor, part, at)
    }
    if (hash.digest('hex') !== file.sha256) throw changed(file.path)
    fchmodSync(descriptor, Number.parseInt(file.mode, 8))
  } finally {
    closeSync(descriptor)
  }
}

/** Makes a folder and those above it within the package, 0755 whatever the umask. */
function makeFolder(path: string, made: Set<string>): void {
  if (made.has(path)) return
  const first = mkdirSync(path, { recursive: true })
  if (first !== undefined) for (let one = path; one.length >= first.length; one = dirname(one)) chmodSync(one, 0o755)
  made.add(path)
}

function changed(path: string): MseError {
  return new MseError('package/file-changed', `${path} changed while the package was being unpacked`, {
    next: 'Run the command again when nothing writes to the package.',
  })
}
