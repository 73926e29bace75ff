import { MseError } from '../../error.ts'
import { comparePaths } from '../index-file.ts'
import { imageRoot, notOurs } from './layers.ts'

/**
 * That the entries of a layer come in the one order: sorted by the bytes of their paths, each behind the folder that it lies in, no
 * folder without anything in it (an empty one, too, is something that Python can import).
 */
export class LayerOrder {
  readonly #folders = new Set<string>()
  readonly #used = new Set<string>([imageRoot])
  #last = ''

  /** @throws MseError `image/duplicate`, `image/tar` */
  take(path: string, type: string): void {
    if (this.#last === path) throw new MseError('image/duplicate', `${path} stands twice in one layer`)
    if (this.#last !== '' && comparePaths(this.#last, path) > 0) throw notOurs(`${path} out of order`)
    this.#last = path
    const slash = path.lastIndexOf('/')
    const parent = path.slice(0, Math.max(0, slash))
    if (slash !== -1 && !this.#folders.has(parent)) throw notOurs(`the folder ${parent} is missing`)
    this.#used.add(parent)
    if (type === 'directory') this.#folders.add(path)
  }

  /**
   * The folders of the layer, once all entries were taken.
   *
   * @throws MseError `image/tar`
   */
  end(): ReadonlySet<string> {
    const empty = [...this.#folders].find((folder) => !this.#used.has(folder))
    if (empty !== undefined) throw notOurs(`the folder ${empty} is empty`)
    if (!this.#folders.has(imageRoot)) throw notOurs(`the folder ${imageRoot} is missing`)
    return this.#folders
  }
}
