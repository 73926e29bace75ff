import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isSameState, type FileState } from './file-state.ts'
import { readJson, replaceFile } from './files.ts'

interface Remembered extends FileState {
  readonly sha256: string
}

/** A file that was touched a moment ago may be touched again without its times showing it. */
const UNSETTLED_NANOSECONDS = 2_000_000_000n
/** Files that are remembered at most: those that were hashed last. */
const MOST_FILES = 100_000

/** Hashes of files that were hashed before, by path; a hash counts only while nothing about the file has changed. */
export class HashCache {
  readonly #file: string
  readonly #now: () => Date
  readonly #known: Map<string, Remembered>
  #grown = false

  private constructor(file: string, now: () => Date, known: Map<string, Remembered>) {
    this.#file = file
    this.#now = now
    this.#known = known
  }

  /** A cache that is damaged is an empty one. */
  static async open(file: string, now: () => Date): Promise<HashCache> {
    const known = await readJson<unknown>(file)
    return new HashCache(file, now, new Map(Array.isArray(known) ? known.filter(isEntry) : []))
  }

  get(path: string, state: FileState): string | undefined {
    const known = this.#known.get(path)
    return known !== undefined && isSameState(known, state) && /^[0-9a-f]{64}$/.test(known.sha256)
      ? known.sha256
      : undefined
  }

  set(path: string, state: FileState, sha256: string): void {
    const settled = BigInt(this.#now().getTime()) * 1_000_000n - UNSETTLED_NANOSECONDS
    if (BigInt(state.modified) > settled || BigInt(state.changed) > settled) return
    this.#known.delete(path)
    this.#known.set(path, { ...state, sha256 })
    this.#grown = true
  }

  async save(): Promise<void> {
    if (!this.#grown) return
    await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 })
    await replaceFile(this.#file, JSON.stringify([...this.#known].slice(-MOST_FILES)))
  }
}

function isEntry(entry: unknown): entry is [path: string, file: Remembered] {
  if (!Array.isArray(entry) || entry.length !== 2) return false
  return typeof entry[0] === 'string' && typeof entry[1] === 'object' && entry[1] !== null
}
