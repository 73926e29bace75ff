import { constants } from 'node:fs'
import { copyFile, link, rename, rm } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { basename, join } from 'node:path'
import type { Descriptor } from '../manifest.ts'
import { evictBlobs, lastUsed } from './evict-blobs.ts'
import { hashesTo } from './hashes-to.ts'
import { isRecorded, recordState, stateOf, type FileState } from './file-state.ts'

/** What a blob is called by. */
export type BlobName = Pick<Descriptor, 'digest' | 'size'>

/** Bytes from which on a blob is shared by a link where it cannot be cloned: smaller ones are copied in no time. */
const worthLinking = 64 << 20

/** Bytes up to which a blob is read before anybody asks for it: half a second of another processor. */
const worthGuessing = 2 ** 30

/**
 * Blobs that this user has written or fetched before, by their digests. They share their bytes with the layouts that they came from
 * and go into, as clones or hard links: whoever writes into a layout may write into the store. So a blob is used as it lies only
 * while its file is the one that was recorded, untouched since (decision 0028); otherwise it is read, and used if it still is what
 * its digest names.
 */
export class BlobStore {
  /** Nobody but this user, and root, can write into it: see `openBlobStore`. */
  readonly directory: string
  readonly #linkFrom: number
  /** Blobs that are being read, and in which state they were. */
  readonly #readings = new Map<string, { readonly state: FileState; readonly whole: Promise<boolean> }>()

  constructor(directory: string, linkFrom: number = worthLinking) {
    this.directory = directory
    this.#linkFrom = linkFrom
  }

  /** Begins to read the blob that was lent last, if its file was touched since: it will be wanted again, and there is other work. */
  async readAhead(): Promise<void> {
    const path = await lastUsed(this.directory)
    const state = path === undefined ? undefined : stateOf(path)
    if (path === undefined || state === undefined || !state.isPrivate || isRecorded(path, state)) return
    if (Number(state.size) > worthGuessing) return
    this.#readings.set(path, { state, whole: hashesTo(path, basename(path).replace('-', ':')) })
  }

  /**
   * Puts a blob at `destination`, where nothing is yet; false if the store has none that could be used.
   *
   * @param trust `record`: an untouched file is what was recorded; `nothing`: the blob is read in any case
   */
  async lend(blob: BlobName, destination: string, trust: 'record' | 'nothing'): Promise<boolean> {
    const path = this.#pathOf(blob)
    const found = stateOf(path)
    if (found === undefined) return false
    const fits = found.size === String(blob.size) && found.isPrivate
    if (!fits || !((trust === 'record' && isRecorded(path, found)) || (await this.#isWhole(path, blob, found)))) {
      await rm(path, { force: true })
      return false
    }
    if (!(await this.#share(blob, path, destination))) return false
    // A link more changes the file's ctime. What was not touched otherwise is what it was.
    const after = stateOf(path)
    if (after !== undefined && isSameContent(found, after)) await recordState(path, after)
    return true
  }

  /** Remembers the file at `source`, which the caller has just written and hashed, or fetched and compared. */
  async keep(blob: BlobName, source: string): Promise<void> {
    const path = this.#pathOf(blob)
    const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
    try {
      if (!(await this.#share(blob, source, temporary))) return
      await rename(temporary, path)
      const state = stateOf(path)
      if (state !== undefined) await recordState(path, state)
    } finally {
      // Of two links to one file the rename leaves both.
      await rm(temporary, { force: true })
    }
    await evictBlobs(this.directory, path)
  }

  async #isWhole(path: string, { digest }: BlobName, found: FileState): Promise<boolean> {
    const begun = this.#readings.get(path)
    if (begun !== undefined && JSON.stringify(begun.state) === JSON.stringify(found)) return begun.whole
    return hashesTo(path, digest)
  }

  /** A clone where the file system has such a thing; a hard link if it is worth it; else a copy. False if `from` is gone. */
  async #share({ size }: BlobName, from: string, to: string): Promise<boolean> {
    const copy = (): Promise<void> => copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
    const clone = (): Promise<void> => copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE)
    const ways = size < this.#linkFrom ? [copy] : [clone, () => link(from, to), copy]
    for (const [at, way] of ways.entries()) {
      try {
        await way()
        return true
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code === 'ENOENT') return false
        if (code === 'EEXIST' || at === ways.length - 1) throw error
      }
    }
    return false
  }

  #pathOf({ digest }: BlobName): string {
    return join(this.directory, digest.replace(':', '-'))
  }
}

function isSameContent(before: FileState, after: FileState): boolean {
  return before.device === after.device && before.inode === after.inode && before.mtime === after.mtime
}
