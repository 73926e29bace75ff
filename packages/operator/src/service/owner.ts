import { MseError } from '@mse/core/error'
import type { Session } from '@mse/core/session'
import type { Quota } from '../api/shapes.ts'
import { BlobStore } from '../blobs/blob-store.ts'
import { Candidate } from '../launches/candidate.ts'
import { keptImage } from '../owners/kept-image.ts'
import type { OwnerFolders } from '../owners/operator-folders.ts'
import { requireQuota, usageOf } from '../owners/usage.ts'

/** Bytes. */
export interface Size {
  readonly hardware: number
  readonly storage: number
}

/** One owner of a service that runs: what only this process knows of them. */
export class Owner {
  readonly name: string
  readonly files: OwnerFolders
  readonly session: Session
  readonly blobs: BlobStore
  /** Launches that wait to be decided on, by their instance. */
  readonly candidates = new Map<string, { readonly app: string; readonly candidate: Candidate }>()
  /** Launches that were accepted and do not answer yet, by their application. */
  readonly spawning = new Map<string, { readonly instance: string; readonly ended: Promise<void> }>()
  /** What is being launched, by its application, and what is arriving, by its digest; in bytes. */
  private readonly launching = new Map<string, Size>()
  private readonly arriving = new Map<string, number>()

  constructor(name: string, files: OwnerFolders, session: Session) {
    this.name = name
    this.files = files
    this.session = session
    this.blobs = new BlobStore(files)
  }

  /** What is used, what is about to be included; one application can be left out. */
  async used(without?: string): Promise<Quota> {
    const { applications, memory, storage } = await usageOf(this.files, without)
    const more = {
      applications,
      memory,
      storage: storage + [...this.arriving.values()].reduce((sum, one) => sum + one, 0),
    }
    for (const [name, size] of this.launching) {
      if (name === without) continue
      const kept = await keptImage(this.files, name)
      more.applications += kept === undefined ? 1 : 0
      more.memory += Math.max(0, size.hardware - (kept?.hardware ?? 0))
      more.storage += Math.max(0, size.storage - (kept?.storage ?? 0))
    }
    return more
  }

  /** Keeps room for an application until it is on record, or {@link giveBack}. @throws MseError `operator/quota` */
  async reserve(quota: Quota, name: string, size: Size): Promise<void> {
    this.launching.set(name, size)
    try {
      const used = await this.used(name)
      requireQuota(quota, used, { applications: 1, memory: size.hardware, storage: size.storage })
    } catch (error) {
      this.giveBack(name)
      throw error
    }
  }

  /** Blobs that are arriving. */
  get uploading(): number {
    return this.arriving.size
  }

  giveBack(name: string): void {
    this.launching.delete(name)
  }

  /**
   * Runs `work` with room for the bytes of a blob that have yet to arrive. Room is taken before it is counted: two at once may both be
   * refused, and never both be let in.
   *
   * @throws MseError `operator/quota`, `operator/busy` when the blob is arriving already
   */
  async withRoom<T>(quota: Quota, digest: string, bytes: number, work: () => Promise<T>): Promise<T> {
    if (this.arriving.has(digest)) throw new MseError('operator/busy', 'somebody is sending this blob')
    this.arriving.set(digest, bytes)
    try {
      requireQuota(quota, await this.used(), { storage: 0 })
      return await work()
    } finally {
      this.arriving.delete(digest)
    }
  }
}
