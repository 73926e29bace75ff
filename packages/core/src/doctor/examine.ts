import { platforms } from '../platform/platforms.ts'
import type { Folders } from '../state/paths.ts'
import type { Diagnosis } from './diagnosis.ts'
import { examineHost } from './host.ts'

/** Looks at everything that mse needs on this machine: what all platforms need, then each platform's own. */
export async function examine(
  folders: Folders,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Diagnosis[]> {
  const host = await examineHost(folders, env)
  const own = await Promise.all(platforms(folders).map((platform) => platform.diagnose()))
  return [...host, ...own.flat()]
}
