import { MseError } from '../../error.ts'
import { readTar } from '../tar/read-tar.ts'
import { absent } from './folder-layout.ts'
import type { Layout } from './layout.ts'
import { openRegularFile, readPart } from './regular-file.ts'

interface Place {
  readonly at: number
  readonly size: number
}

/** Members of an archive at most: a layout has one for each layer, and a few. */
const memberLimit = 10_000

/**
 * A layout, or what `docker save` writes, as an uncompressed tar archive. It is read through once to learn where its members
 * lie; they are found there afterwards, through the same descriptor.
 *
 * @throws MseError `image/unreadable`, `image/tar`, `image/entry`, `image/duplicate`, `image/too-large`
 */
export async function tarLayout(path: string): Promise<Layout> {
  const { file, size } = await openRegularFile(path).catch((cause: unknown) => {
    throw new MseError('image/unreadable', `${path} cannot be read`, { cause })
  })
  try {
    const places = await findMembers(readPart(file, 0, size))
    return {
      name: path,
      async open(member) {
        const place = places.get(member)
        if (place === undefined) throw absent(path, member)
        return { size: place.size, read: (scratch) => readPart(file, place.at, place.size, scratch) }
      },
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

async function findMembers(archive: AsyncIterable<Buffer>): Promise<Map<string, Place>> {
  const places = new Map<string, Place>()
  const links: [name: string, target: string][] = []
  for await (const { path, type, size, at, link } of readTar(archive)) {
    const name = path.replace(/^\.\//, '')
    if (type === 'directory') continue
    if (places.has(name)) throw new MseError('image/duplicate', `the archive has two members ${name}`)
    // `docker save` wrote a layer that images share as a link to the first one.
    if (type === 'symlink') links.push([name, link])
    else if (type !== 'file') throw new MseError('image/entry', `the archive has a member ${name} that is not a file`)
    else places.set(name, { at, size })
    if (places.size + links.length > memberLimit) {
      throw new MseError('image/too-large', 'the archive has too many members')
    }
  }
  for (const [name, target] of links) follow(places, name, target)
  return places
}

/** A link counts if it leads to a member, and is nothing otherwise. */
function follow(places: Map<string, Place>, name: string, target: string): void {
  const place = places.get(new URL(target, `file:///${name}`).pathname.slice(1))
  if (place !== undefined && !places.has(name)) places.set(name, place)
}
