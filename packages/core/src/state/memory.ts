import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeNewFile } from './files.ts'
import type { Folders } from './paths.ts'

/** Set where the program is bundled (scripts/bundle.mjs): a hash of all of its code. */
declare const MSE_BUILD: string | undefined

/** Results that are kept at most; an index of a large package has some 3 MB. */
const MOST_RESULTS = 64

/**
 * Results of computations that depend on nothing but what is named with them. Another build of the program may compute otherwise
 * and has a memory of its own; a program that runs from its source, without the name of a build, has none.
 *
 * Whoever can write into the folder decides what is remembered, as they decide what a base is: it is the user's own (decision 0023).
 */
export class Memory {
  readonly #folder: string
  readonly #build: string | undefined

  constructor({ cache }: Folders, build: string | undefined = typeof MSE_BUILD === 'string' ? MSE_BUILD : undefined) {
    this.#folder = join(cache, 'results')
    this.#build = build
  }

  /** What was computed from these inputs; undefined if that is not known, or is damaged. */
  async recall(inputs: readonly string[]): Promise<string | undefined> {
    const path = this.#path(inputs)
    const content = path && (await readFile(path, 'utf8').catch(() => undefined))
    if (path === undefined || content === undefined) return undefined
    const result = content.slice(65)
    if (content === framed(result)) return result
    await rm(path, { force: true })
    return undefined
  }

  /** A memory that cannot be written is one that forgets. */
  async keep(inputs: readonly string[], result: string): Promise<void> {
    const path = this.#path(inputs)
    if (path === undefined) return
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 })
      await writeNewFile(path, framed(result))
      await this.#forgetOldest()
    } catch {
      // The next one computes it again.
    }
  }

  async #forgetOldest(): Promise<void> {
    const names = await readdir(this.#folder)
    if (names.length <= MOST_RESULTS) return
    const paths = names.map((name) => join(this.#folder, name))
    const times = await Promise.all(paths.map(async (path) => (await stat(path)).mtimeMs))
    const oldest = [...paths.keys()].sort((a, b) => (times[a] as number) - (times[b] as number))
    for (const at of oldest.slice(0, names.length - MOST_RESULTS)) await rm(paths[at] as string, { force: true })
  }

  #path(inputs: readonly string[]): string | undefined {
    if (this.#build === undefined) return undefined
    return join(this.#folder, sha256(JSON.stringify([this.#build, ...inputs])))
  }
}

/** Half a file is not its own hash. */
function framed(result: string): string {
  return `${sha256(result)}\n${result}`
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
