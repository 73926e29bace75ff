import type { Usage } from '../platform.ts'
import { PAGE } from './measure/loader.ts'
import { THREAD_PAGES } from './measure/layout.ts'
import { maximumThreads } from './application/render-manifest.ts'

/** One thing that takes memory of an enclave; bytes. */
export interface MemoryPart {
  readonly name: string
  readonly size: number
}

export interface MemoryEstimate {
  readonly parts: readonly MemoryPart[]
  /** The sum of the parts, bytes. */
  readonly needed: number
  /** The smallest `hardware` that they fit in: a power of two, bytes. */
  readonly smallest: number
  /** What `smallest` leaves to the application beside libraries and Gramine, bytes. */
  readonly effective: number
}

const MiB = 2 ** 20

/** `sys.stack.size` of the manifest, and the address space of one arena of the C library (spec/7-sgx.md, "Our manifest"). */
const STACK = 8 * MiB
const ARENA = 64 * MiB
/** One entry of the manifest for a trusted file, and what Gramine remembers of it; both rounded up. */
const TRUSTED_FILE = 512
/** Gramine itself, its C library and its tables: an allowance, and no measurement. */
const GRAMINE = 64 * MiB
/** The smallest `hardware` that mse.toml takes. */
const SMALLEST = 128 * MiB

/** What is known of an application: what it has used, or what can be told of a package that has not run. */
const wording = {
  used: ['application: most that it has used', 'libraries: files that it has mapped'],
  foreseen: ['application: not known, it has not run here', 'libraries: shared objects of the package, all of them'],
} as const

/**
 * What an SGX enclave would need for what an application has used in a software enclave. In SGX memory is there as soon as it is mapped:
 * files count whole, and stacks with all of their address space.
 *
 * @param threads of the project
 * @param files trusted files, those of the base included
 * @param from whether `used` was measured, or is what a package lets one foresee
 */
export function estimateMemory(
  used: Usage,
  threads: number,
  files: number,
  from: keyof typeof wording = 'used',
): MemoryEstimate {
  const [application, libraries] = wording[from]
  const parts = [
    { name: application, size: used.memory },
    { name: libraries, size: used.libraries },
    { name: `stacks of ${used.threads} threads`, size: used.threads * STACK },
    { name: 'arena of the C library', size: ARENA },
    {
      name: `Gramine’s own of ${maximumThreads(threads)} threads`,
      size: maximumThreads(threads) * THREAD_PAGES * PAGE,
    },
    { name: `manifest of ${files} files`, size: files * TRUSTED_FILE },
    { name: 'Gramine: an allowance', size: GRAMINE },
  ]
  const needed = parts.reduce((sum, { size }) => sum + size, 0)
  const smallest = Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(needed)))
  return { parts, needed, smallest, effective: smallest - needed + used.memory }
}
