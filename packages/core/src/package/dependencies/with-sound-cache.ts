import { rm } from 'node:fs/promises'
import { MseError } from '../../error.ts'
import { discard, type InstalledSet } from './installed-set.ts'

/**
 * Uses what was installed; if something has happened to it in the cache, it is discarded, and all is done once more with a new one.
 *
 * @param folders what a failed `use` may have begun to write
 */
export async function withSoundCache<Made extends { readonly dependencies: InstalledSet }, T>(
  make: () => Promise<Made>,
  use: (made: Made) => Promise<T>,
  folders: readonly string[],
): Promise<T> {
  const made = await make()
  try {
    return await use(made)
  } catch (error) {
    if (!(error instanceof MseError) || error.code !== 'dependencies/cache-damaged') throw error
    discard(made.dependencies)
    for (const folder of folders) await rm(folder, { recursive: true, force: true })
    return use(await make())
  }
}
