import type { Failure } from '../../platform.ts'
import type { Site } from '../../software/supervisor/dwelling.ts'
import type { Device, Mount } from '../engine/container-settings.ts'
import type { Spaces } from '../supervisor/spaces.ts'
import type { Job } from './job.ts'

/** What starts the launcher in a container. */
export type LoaderName = 'software' | 'gramine-direct' | 'gramine-sgx'

/** What is particular to one way of starting a launcher. */
export interface Loader {
  /** What software quotes say of it: ISVPRODID (spec/4-evidence.md). */
  readonly kind: number
  /** Folders of memory for what is stored, with their sizes in bytes. */
  memory(spaces: Spaces): Readonly<Record<string, number>>
  /** What of the machine it sees beside. */
  mounts(site: Site): readonly Mount[]
  devices(site: Site): readonly Device[]
  /** Whether what is stored outlives the container. */
  readonly keeps: boolean
  job(site: Site): Job
  /** What it has printed that says why it ended. */
  explain(printed: string): Failure | undefined
}
