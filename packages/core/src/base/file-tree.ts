import { MseError } from '../error.ts'
import { tooLarge } from '../oci/layout/layout.ts'
import type { BaseFile } from './base.ts'

type Node =
  | { readonly type: 'file'; readonly file: BaseFile; readonly layer: number }
  | { readonly type: 'link'; readonly target: string; readonly layer: number }
  | Folder

interface Folder {
  readonly type: 'folder'
  readonly children: Map<string, Node>
  layer: number
}

/** As many links as Linux follows for one path. */
const linkLimit = 40

/** Files, links and folders at most; a full desktop system has some 500,000. Folders count when a path merely names them. */
const ordinaryLimit = 2_000_000

/**
 * The files of an image while its layers are laid over one another (OCI Image Format 1.1, layer.md), in memory: nothing is written,
 * so no link can lead out of anything. Paths are relative, without `.` and `..`.
 */
export class FileTree {
  readonly #root: Folder = { type: 'folder', children: new Map(), layer: 0 }
  readonly #limit: number
  #layer = 0
  #nodes = 0

  constructor(limit: number = ordinaryLimit) {
    this.#limit = limit
  }

  /** What follows is of the next layer. */
  nextLayer(): void {
    this.#layer += 1
  }

  putFolder(path: string): void {
    const { folder, name } = this.#place(path)
    const there = folder.children.get(name)
    if (there?.type === 'folder') there.layer = this.#layer
    // A layer that writes below a link names the folder that the link leads to.
    else if (there?.type !== 'link' || this.#follow(path)?.type !== 'folder') this.#put(folder, name, this.#newFolder())
  }

  putFile(path: string, file: BaseFile): void {
    const { folder, name } = this.#place(path)
    this.#put(folder, name, { type: 'file', file, layer: this.#layer })
  }

  putLink(path: string, target: string): void {
    const { folder, name } = this.#place(path)
    this.#put(folder, name, { type: 'link', target, layer: this.#layer })
  }

  /** @throws MseError `image/entry` unless the target is a file, or a link, that is there already */
  putHardLink(path: string, target: string): void {
    const found = this.#place(target)
    const node = found.folder.children.get(found.name)
    if (node === undefined || node.type === 'folder') {
      throw new MseError('image/entry', `${path} is a hard link to ${target}, which is not there`)
    }
    const { folder, name } = this.#place(path)
    this.#put(folder, name, { ...node, layer: this.#layer })
  }

  /** A whiteout: what lower layers had there is gone; what this layer has put there stays. */
  remove(path: string): void {
    const { folder, name } = this.#place(path)
    const node = folder.children.get(name)
    if (node === undefined) return
    if (node.type === 'folder' && node.layer === this.#layer) this.#clear(node)
    else if (node.layer !== this.#layer) folder.children.delete(name)
  }

  /** An opaque whiteout: of what is in the folder, only what this layer has put there stays. */
  clear(path: string): void {
    const node = path === '' ? this.#root : this.#follow(path)
    if (node?.type === 'folder') this.#clear(node)
  }

  /** Every file and link with its path, links resolved; links that lead nowhere are left out. */
  *walk(): Generator<{ readonly path: string; readonly leadsTo: BaseFile | string }> {
    yield* this.#walk(this.#root, '')
  }

  *#walk(folder: Folder, prefix: string): Generator<{ path: string; leadsTo: BaseFile | string }> {
    for (const [name, node] of folder.children) {
      const path = `${prefix}${name}`
      if (node.type === 'file') yield { path, leadsTo: node.file }
      else if (node.type === 'folder') yield* this.#walk(node, `${path}/`)
      else {
        const end = this.#resolve(path)
        if (end !== undefined) yield { path, leadsTo: end.node.type === 'file' ? end.node.file : end.path }
      }
    }
  }

  #clear(folder: Folder): void {
    for (const [name, node] of folder.children) {
      if (node.layer !== this.#layer) folder.children.delete(name)
      else if (node.type === 'folder') this.#clear(node)
    }
  }

  #put(folder: Folder, name: string, node: Node): void {
    this.#nodes += 1
    if (this.#nodes > this.#limit) throw tooLarge('the image', this.#limit, this.#nodes)
    folder.children.set(name, node)
  }

  #newFolder(): Folder {
    return { type: 'folder', children: new Map(), layer: this.#layer }
  }

  /** The folder that a path lies in, links followed, missing ones made; a file in the way gives way. */
  #place(path: string): { readonly folder: Folder; readonly name: string } {
    const parts = path.split('/')
    const name = parts.pop() as string
    let folder = this.#root
    for (const [at, part] of parts.entries()) {
      const there = folder.children.get(part)
      const node = there?.type === 'link' ? this.#follow(parts.slice(0, at + 1).join('/')) : there
      if (node?.type === 'folder') folder = node
      else {
        const made = this.#newFolder()
        this.#put(folder, part, made)
        folder = made
      }
      // What holds something of this layer is of this layer.
      folder.layer = this.#layer
    }
    return { folder, name }
  }

  #follow(path: string): Node | undefined {
    return this.#resolve(path)?.node
  }

  /** Where a path ends, by the rules of a process whose root this is: `/` restarts there, and `..` stops there. */
  #resolve(path: string): { readonly path: string; readonly node: Exclude<Node, { type: 'link' }> } | undefined {
    const ahead = path.split('/').toReversed()
    const trail: { name: string; folder: Folder }[] = []
    const here = (): Folder => trail.at(-1)?.folder ?? this.#root
    for (let links = 0; ahead.length > 0;) {
      const part = ahead.pop() as string
      if (part === '' || part === '.') continue
      if (part === '..') {
        trail.pop()
        continue
      }
      const node = here().children.get(part)
      if (node === undefined) return undefined
      if (node.type === 'folder') trail.push({ name: part, folder: node })
      else if (node.type === 'file') {
        if (ahead.length > 0) return undefined
        return { path: [...trail.map(({ name }) => name), part].join('/'), node }
      } else {
        links += 1
        if (links > linkLimit) return undefined
        if (node.target.startsWith('/')) trail.length = 0
        ahead.push(...node.target.split('/').toReversed())
      }
    }
    return { path: trail.map(({ name }) => name).join('/'), node: here() }
  }
}
