import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of this repository that holds what runs inside the enclave. */
const enclave = fileURLToPath(new URL('../../../../enclave', import.meta.url))

/** What the launcher needs from the package index, resolved together with the application's requirements. */
export const launcherRequirements: string = join(enclave, 'launcher-requirements.txt')

/** The launcher's source files, by their paths in a package. */
export async function launcherFiles(): Promise<{ path: string; absolute: string }[]> {
  const entries = await readdir(join(enclave, 'launcher'), { recursive: true })
  return entries
    .filter((path) => path.endsWith('.py'))
    .map((path) => ({ path: `launcher/${path}`, absolute: join(enclave, 'launcher', path) }))
}
