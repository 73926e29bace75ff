import { loadBase } from '../base/base-cache.ts'
import { softwareFingerprint } from '../package/fingerprint.ts'
import type { Index } from '../package/index-file.ts'
import type { IndexedPackage, Usage } from '../platform/platform.ts'
import { choosePlatform } from '../platform/platforms.ts'
import { estimateMemory, type MemoryEstimate } from '../platform/sgx/estimate-memory.ts'
import { listApps } from '../state/app.ts'
import type { Folders } from '../state/paths.ts'

export interface PackageMemory extends MemoryEstimate {
  /** What this very package has used here; undefined where it does not run, and the application's own part is not known. */
  readonly used: Usage | undefined
  /** Of the package, bytes. */
  readonly hardware: number
}

/**
 * What an SGX enclave of a package has to hold: from what it uses where it runs on this machine, otherwise from what is in it. All of its
 * shared objects count then, whether they are imported or not.
 *
 * @throws MseError `base/unknown`, `base/damaged`
 */
export async function packageMemory(folders: Folders, packed: IndexedPackage): Promise<PackageMemory> {
  const { configuration, files, base } = packed.index
  const used = await usedHere(folders, softwareFingerprint(packed.indexBytes))
  const ofBase = base === null ? 0 : (await loadBase(folders, base)).files.size
  const from = used === undefined ? 'foreseen' : 'used'
  const estimate = estimateMemory(used ?? foreseen(packed.index), configuration.threads, files.length + ofBase, from)
  const { hardware } = configuration
  return { used, hardware, ...estimate, effective: hardware - estimate.needed + (used?.memory ?? 0) }
}

async function usedHere(folders: Folders, fingerprint: string): Promise<Usage | undefined> {
  const running = (await listApps(folders)).find(({ app }) => app.fingerprint === fingerprint)
  return running && choosePlatform(running.app.platform, folders).usage(running.folder)
}

/** The launcher's own thread, and those of the application. */
function foreseen({ files, configuration }: Index): Usage {
  const objects = files.filter(({ path }) => /\.so(\.[0-9]+)*$/.test(path))
  const libraries = objects.reduce((sum, { size }) => sum + size, 0)
  return { memory: 0, libraries, threads: configuration.threads + 1 }
}
