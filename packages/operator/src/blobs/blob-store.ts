import { MseError } from '@mse/core/error'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, utimes, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { OwnerFolders } from '../owners/operator-folders.ts'

/** How much of a blob is there. */
export interface BlobState {
  readonly complete: boolean
  /** Bytes. */
  readonly size: number
}

export interface Part {
  readonly digest: string
  /** Where in the blob it begins, and how long the whole blob is, in bytes. */
  readonly offset: number
  readonly length: number
  readonly content: AsyncIterable<Uint8Array>
}

/**
 * The blobs of one owner. A blob arrives in parts, each behind the one before, in a file that is not looked at by anybody; it gets its
 * name once it is whole and its digest is right. What has arrived stays when the connection breaks.
 */
export class BlobStore {
  private readonly owner: OwnerFolders
  /** Digests that somebody is sending: see `Owner.withRoom`. */
  private readonly arriving = new Set<string>()

  constructor(owner: OwnerFolders) {
    this.owner = owner
  }

  async state(digest: string): Promise<BlobState> {
    const whole = await sizeOf(this.path(digest))
    if (whole !== undefined) return { complete: true, size: whole }
    return { complete: false, size: (await sizeOf(this.partial(digest))) ?? 0 }
  }

  /** Marks a whole blob as wanted: it is not collected for a while. */
  async touch(digest: string, now: Date): Promise<void> {
    await utimes(this.path(digest), now, now)
  }

  /** Where a whole blob is. */
  path(digest: string): string {
    return join(this.owner.blobs, hexOf(digest))
  }

  /**
   * Takes a part; the caller sees to it that there is one at a time of each blob.
   *
   * @throws MseError `operator/offset` (with what is there as `found`), `operator/oversized`, `operator/digest`
   */
  async append({ digest, offset, length, content }: Part): Promise<BlobState> {
    this.arriving.add(digest)
    try {
      const before = await this.state(digest)
      if (before.complete) return before
      if (before.size !== offset) throw wrongOffset(before.size, offset)
      await mkdir(this.owner.uploads, { recursive: true, mode: 0o700 })
      const size = await write(this.partial(digest), offset, length, content)
      if (size < length) return { complete: false, size }
      await this.complete(digest)
      return { complete: true, size }
    } finally {
      this.arriving.delete(digest)
    }
  }

  /** Deletes blobs that none of `needed` names and that came before `before`, and uploads that nobody has gone on with since. */
  async collect(needed: ReadonlySet<string>, before: Date): Promise<void> {
    for (const folder of [this.owner.blobs, this.owner.uploads]) {
      for (const name of await readdir(folder).catch(() => [])) {
        const path = join(folder, name)
        const digest = `sha256:${name}`
        if (needed.has(digest) || this.arriving.has(digest)) continue
        const found = await stat(path).catch(() => undefined)
        if (found !== undefined && found.mtime < before) await rm(path, { force: true })
      }
    }
  }

  private async complete(digest: string): Promise<void> {
    const path = this.partial(digest)
    const hash = createHash('sha256')
    for await (const block of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(block as Buffer)
    const found = `sha256:${hash.digest('hex')}`
    if (found !== digest) {
      await rm(path, { force: true })
      throw new MseError('operator/digest', 'what has arrived is not what its digest names; it was thrown away', {
        expected: digest,
        found,
        next: 'Send it again from the beginning.',
      })
    }
    await mkdir(this.owner.blobs, { recursive: true, mode: 0o700 })
    await rename(path, this.path(digest))
  }

  private partial(digest: string): string {
    return join(this.owner.uploads, hexOf(digest))
  }
}

/** Every byte is counted before it is written. */
async function write(
  path: string,
  offset: number,
  length: number,
  content: AsyncIterable<Uint8Array>,
): Promise<number> {
  const file: FileHandle = await open(path, offset === 0 ? 'w' : 'r+', 0o600)
  let at = offset
  try {
    for await (const block of content) {
      if (at + block.length > length) throw tooLong(length)
      await file.write(block, 0, block.length, at)
      at += block.length
    }
  } finally {
    await file.close()
  }
  return at
}

function hexOf(digest: string): string {
  return digest.slice('sha256:'.length)
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  )
}

function wrongOffset(there: number, given: number): MseError {
  return new MseError('operator/offset', 'the part does not begin where the one before has ended', {
    expected: `Upload-Offset: ${there}`,
    found: `Upload-Offset: ${given}`,
  })
}

function tooLong(length: number): MseError {
  return new MseError('operator/oversized', 'more bytes than the blob was said to have', {
    expected: `Upload-Length: ${length}`,
  })
}
