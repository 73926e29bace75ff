import { existsSync } from 'node:fs'
import { MseError } from '../error.ts'
import type { Folders } from '../state/paths.ts'
import { containerPlatform } from './container/platform.ts'
import type { Measurer, Platform, PlatformName } from './platform.ts'
import { softwarePlatform } from './software/platform.ts'
import { existingRoot, identityFile } from './software/identity.ts'
import { softwareMeasurer } from './software/measurer.ts'
import { sgxMeasurer } from './sgx/measurer.ts'

export type PlatformChoice = 'auto' | PlatformName

/**
 * The only place that chooses a platform. `auto` is resolved from facts of this very machine, before anything is launched; it
 * never becomes `software` because somebody else said so.
 *
 * @throws MseError `environment/sgx` when hardware is asked for, or is there: this version cannot launch it yet
 */
export function choosePlatform(choice: PlatformChoice, folders: Folders): Platform {
  const name = choice === 'auto' ? detect() : choice
  if (name === 'software') return softwarePlatform(folders)
  if (name === 'container') return containerPlatform(folders, 'software')
  throw new MseError('environment/sgx', 'this version launches software enclaves only; SGX comes with a later one', {
    expected: 'platform = "software"',
    found: `platform = "${choice}"${choice === 'auto' ? ', and this machine has SGX' : ''}`,
    next: 'Say platform = "software" under [deploy] in mse.toml, or mse deploy --platform software',
  })
}

/** Who knows what platforms measure: of all of them, whether this machine can launch them or not. */
export function measurers(folders: Folders): Measurer[] {
  return [softwareMeasurer(folders), sgxMeasurer(folders)]
}

/** Every platform that this version launches. */
export function platforms(folders: Folders): Platform[] {
  return [softwarePlatform(folders)]
}

function detect(): 'software' | 'sgx' {
  return existsSync('/dev/sgx_enclave') ? 'sgx' : 'software'
}

/** Roots of the software platforms that this user made; empty if there is none yet. */
export async function ownSoftwareRoots(folders: Folders): Promise<string[]> {
  const root = await existingRoot(identityFile(folders.state))
  return root === undefined ? [] : [root]
}
