import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { enclaveFolder } from '../locations.ts'

/** What the launcher needs from the package index, resolved together with the application's requirements. */
export const launcherRequirements: string = join(enclaveFolder, 'launcher-requirements.txt')

/** The launcher's source files, by their paths in a package. */
export async function launcherFiles(): Promise<{ path: string; absolute: string }[]> {
  const entries = await readdir(join(enclaveFolder, 'launcher'), { recursive: true })
  return entries
    .filter((path) => path.endsWith('.py'))
    .map((path) => ({ path: `launcher/${path}`, absolute: join(enclaveFolder, 'launcher', path) }))
}
