import { createReadStream } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { endOfArchive, paddingOf, tarHeader } from '../../oci/tar/tar-header.ts'
import { comparePaths } from '../index-file.ts'

/** Writes a layout as one uncompressed tar archive into a new file: same layout, same bytes. */
export async function packLayout(layout: string, archive: string): Promise<void> {
  const file = await open(archive, 'wx', 0o644)
  try {
    for (const path of await membersOf(layout)) {
      const status = await stat(join(layout, path))
      const type = status.isDirectory() ? 'directory' : 'file'
      const size = type === 'file' ? status.size : 0
      await file.write(tarHeader({ path, type, size, mode: type === 'file' ? 0o644 : 0o755 }))
      if (type === 'directory') continue
      for await (const part of createReadStream(join(layout, path), { highWaterMark: 1 << 20 })) {
        await file.writeFile(part as Buffer)
      }
      await file.write(Buffer.alloc(paddingOf(size)))
    }
    await file.write(endOfArchive)
  } finally {
    await file.close()
  }
}

async function membersOf(layout: string): Promise<string[]> {
  const names = await readdir(layout, { recursive: true })
  return names.toSorted(comparePaths)
}
