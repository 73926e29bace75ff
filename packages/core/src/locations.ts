import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that this program was installed in: the nearest one above that holds the launcher. */
const home = nearest(dirname(fileURLToPath(import.meta.url)))

/** What runs inside the enclave. */
export const enclaveFolder: string = join(home, 'enclave')

/** Hands listening sockets from one supervisor to the next. */
export const doorProgram: string = join(home, 'enclave/door.py')

/** What `mse scaffold` copies. */
export const templatesFolder: string = join(home, 'packages/core/templates')

/** The supervisor of a software enclave, as one file that starts quickly (scripts/bundle.mjs). */
export const supervisorProgram: string = join(home, 'packages/cli/bundle/supervisor.cjs')

/** That of an enclave in a container. */
export const containerSupervisorProgram: string = join(home, 'packages/cli/bundle/container-supervisor.cjs')

/** Process 1 of a container. */
export const loaderProgram: string = join(home, 'enclave/loader.py')

function nearest(folder: string): string {
  if (existsSync(join(folder, 'enclave/launcher/__main__.py')) || dirname(folder) === folder) return folder
  return nearest(dirname(folder))
}
