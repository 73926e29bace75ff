import type { Index } from './index-file.ts'

/** A package on disk whose index was read; what stands in it is true of its files once they were checked. */
export interface Artefact {
  readonly directory: string
  /** The exact bytes of index.json. */
  readonly indexBytes: Buffer
  readonly index: Index
}
